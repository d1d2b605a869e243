package io.flinkvision.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BmpHeaderTest {

    private static final int WIDTH = 18;
    private static final int HEIGHT = 22;
    private static final int BITS_PER_PIXEL = 28;

    @ParameterizedTest
    @ValueSource(ints = {BmpFile.CORE_HEADER, BmpFile.INFO_HEADER, 52, 56, 64, BmpFile.V4_HEADER, BmpFile.V5_HEADER})
    void readsTheDimensions(int header) throws MalformedImageException {
        assertThat(BmpHeader.read(new BmpFile().header(header).pixels(1, 2, new int[8])))
                .isEqualTo(new ImageHeader(1, 2));
    }

    @Test
    void readsTheDimensionsOfRowsFromTheTop() throws MalformedImageException {
        assertThat(BmpHeader.read(new BmpFile().pixels(1, -2, new int[8]))).isEqualTo(new ImageHeader(1, 2));
    }

    @Test
    void refusesEveryCut() {
        for (int header : new int[] {BmpFile.CORE_HEADER, BmpFile.INFO_HEADER, BmpFile.V5_HEADER}) {
            byte[] bmp = new BmpFile().header(header).pixels(3, 2, new int[24]);
            for (int length = 2; length < bmp.length; length++) {
                assertThat(malformed(Arrays.copyOf(bmp, length)).code()).as("%d bytes", length)
                        .isEqualTo(ErrorCode.TRUNCATED);
            }
        }
    }

    @Test
    void refusesCutMasks() {
        byte[] bmp = new BmpFile().bitsPerPixel(32).bitFields(0xff0000, 0xff00, 0xff).pixels(1, 1, 0, 0, 0, 0);
        ByteBuffer.wrap(bmp).order(ByteOrder.LITTLE_ENDIAN).putInt(10, 50);

        assertThat(malformed(Arrays.copyOf(bmp, 60)).code()).isEqualTo(ErrorCode.TRUNCATED);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 11, 13, 39, -1, -40})
    void refusesHeadersOfOtherLengths(int header) {
        byte[] bmp = new BmpFile().pixels(1, 2, new int[8]);
        ByteBuffer.wrap(bmp).order(ByteOrder.LITTLE_ENDIAN).putInt(14, header);

        assertThat(malformed(bmp)).hasMessageContaining("header of " + header + " bytes");
    }

    @ParameterizedTest
    @CsvSource({
        WIDTH + ", 0", WIDTH + ", -1", HEIGHT + ", 0", HEIGHT + ", -2147483648", BITS_PER_PIXEL + ", 0",
        BITS_PER_PIXEL + ", 33"
    })
    void refusesDimensionsThatNoPictureHas(int position, int value) {
        byte[] bmp = new BmpFile().pixels(1, 2, new int[8]);
        ByteBuffer.wrap(bmp).order(ByteOrder.LITTLE_ENDIAN).putInt(position, value);

        assertThat(malformed(bmp).code()).isEqualTo(ErrorCode.CORRUPT);
    }

    @Test
    void refusesPixelsOfWhichTheBytesAreMoreThanALongHolds() {
        byte[] bmp = new BmpFile().bitsPerPixel(32).pixels(1, 1, new int[4]);
        ByteBuffer.wrap(bmp).order(ByteOrder.LITTLE_ENDIAN)
                .putInt(WIDTH, Integer.MAX_VALUE).putInt(HEIGHT, Integer.MAX_VALUE);

        assertThat(malformed(bmp).code()).isEqualTo(ErrorCode.TRUNCATED);
    }

    @Test
    void refusesPixelsThatStartBehindTheEnd() {
        byte[] bmp = new BmpFile().compression(1).bitsPerPixel(8).pixels(1, 1, 0, 1);
        ByteBuffer.wrap(bmp).order(ByteOrder.LITTLE_ENDIAN).putInt(10, -1);

        assertThat(malformed(bmp).code()).isEqualTo(ErrorCode.TRUNCATED);
    }

    private static MalformedImageException malformed(byte[] bmp) {
        return catchThrowableOfType(MalformedImageException.class, () -> BmpHeader.read(bmp));
    }
}
