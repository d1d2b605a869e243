package io.flinkvision.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PnmHeaderTest {

    @ParameterizedTest
    @CsvSource({
        "'P4 9 2 ', 4",
        "'P5 2 1 255 ', 2",
        "'P5 2 1 65535 ', 4",
        "'P6 2 1 255 ', 6",
        "'P6 2 1 65535 ', 12",
        "'P6\t2\r\n1\n255\n', 6",
        "'P5\n# ends here\r2 1 255\n', 2",
        "'P5\n# made by hand\n2 # wide\n 1\n#255\n255\n', 2"
    })
    void readsTheDimensionsAndTheDataThatTheyNeed(String header, int data) throws MalformedImageException {
        byte[] pnm = pnm(header, data);

        assertThat(PnmHeader.read(pnm)).isEqualTo(header.startsWith("P4")
                ? new ImageHeader(9, 2)
                : new ImageHeader(2, 1));
        for (int length = 3; length < pnm.length; length++) {
            assertThat(malformed(Arrays.copyOf(pnm, length)).code()).as("%d bytes", length)
                    .isEqualTo(ErrorCode.TRUNCATED);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "P5 0 1 255 ", "P5 1 0 255 ", "P5 1 1 0 ", "P5 1 1 65536 ", "P5 -1 1 255 ", "P5 x 1 255 ",
        "P5 1000000000 1 255 ", "P5 1 1 99999999999 "
    })
    void refusesHeadersThatNoPictureHas(String header) {
        assertThat(malformed(pnm(header, 4)).code()).isEqualTo(ErrorCode.CORRUPT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"P5 1 1 100 ", "P6 1 1 1023 "})
    void refusesRangesThatTheDecoderWouldNotSpread(String header) {
        assertThat(malformed(pnm(header, 6)).code()).isEqualTo(ErrorCode.UNSUPPORTED);
        assertThat(malformed(pnm(header, 6))).hasMessageContaining("only 255 and 65535");
    }

    @Test
    void allowsPaddingBehindTheEnd() throws MalformedImageException {
        assertThat(PnmHeader.read(pnm("P5 2 1 255 ", 20))).isEqualTo(new ImageHeader(2, 1));
    }

    private static byte[] pnm(String header, int data) {
        return Arrays.copyOf(header.getBytes(StandardCharsets.US_ASCII), header.length() + data);
    }

    private static MalformedImageException malformed(byte[] pnm) {
        return catchThrowableOfType(MalformedImageException.class, () -> PnmHeader.read(pnm));
    }
}
