package io.flinkvision.core.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TiffAndPnmDecodingTest {

    @Test
    void showsTiffsWhereTheyAreAllowed() {
        assertColours(TiffFile.grey(2, 1, 8, 1, ByteOrder.LITTLE_ENDIAN, 10, 20), "0a0a0a", "141414");
        assertColours(TiffFile.grey(2, 1, 16, 1, ByteOrder.BIG_ENDIAN, 10, 10, 20, 20), "0a0a0a", "141414");
    }

    @ParameterizedTest
    @CsvSource({
        "1, 010203 040506", "2, 030201 060504", "3, 060504 030201", "4, 040506 010203", "5, 0104 0205 0306",
        "6, 0401 0502 0603", "7, 0603 0502 0401", "8, 0306 0205 0104"
    })
    void honoursAllOrientationsOfATiff(int orientation, String rows) {
        byte[] tiff = TiffFile.grey(3, 2, 8, orientation, ByteOrder.LITTLE_ENDIAN, 1, 2, 3, 4, 5, 6);

        String[] expected = Arrays.stream(rows.replace(" ", "").split("(?<=\\G..)"))
                .map(grey -> grey.repeat(3)).toArray(String[]::new);
        assertColours(tiff, expected);
        assertThat(Pixels.decoded(tiff, Pixels.EVERY_FORMAT).width()).isEqualTo(orientation < 5 ? 3 : 2);
    }

    @Test
    void refusesEveryCutOfATiff() {
        byte[] tiff = TiffFile.grey(2, 2, 8, 1, ByteOrder.LITTLE_ENDIAN, 1, 2, 3, 4);

        for (int length = 1; length < tiff.length; length++) {
            assertThat(Pixels.rejected(Arrays.copyOf(tiff, length), Pixels.EVERY_FORMAT).code())
                    .as("%d bytes", length)
                    .isIn(ErrorCode.TRUNCATED, ErrorCode.CORRUPT, ErrorCode.UNKNOWN_FORMAT);
        }
    }

    @Test
    void showsPnmsWhereTheyAreAllowed() {
        assertColours(pnm("P4 2 1 ", 0b01000000), "ffffff", "000000");
        assertColours(pnm("P5 2 1 255 ", 10, 20), "0a0a0a", "141414");
        assertColours(pnm("P6 1 1 255 ", 1, 2, 3), "010203");
    }

    @Test
    void showsPnmsOf16Bits() {
        assertColours(pnm("P5 2 1 65535 ", 0x0a, 0x0a, 0xff, 0xff), "0a0a0a", "ffffff");
        assertColours(pnm("P6 1 1 65535 ", 1, 1, 2, 2, 3, 3), "010203");
    }

    private static byte[] pnm(String header, int... data) {
        return ByteBuffer.allocate(header.length() + data.length)
                .put(header.getBytes(StandardCharsets.US_ASCII)).put(PngFile.bytes(data)).array();
    }

    private static void assertColours(byte[] picture, String... expected) {
        assertThat(Pixels.colours(picture)).containsExactly(expected);
    }
}
