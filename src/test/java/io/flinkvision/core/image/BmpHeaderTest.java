package io.flinkvision.core.image;

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
    @ValueSource(ints = {
        BmpFile.CORE_HEADER, BmpFile.SHORT_OS2_HEADER, BmpFile.INFO_HEADER, 52, 56, BmpFile.OS2_HEADER,
        BmpFile.V4_HEADER, BmpFile.V5_HEADER})
    void readsTheDimensions(int header) throws MalformedImageException {
        assertThat(header(new BmpFile().header(header).pixels(1, 2, new int[8]))).isEqualTo(new ImageHeader(1, 2));
    }

    @Test
    void readsTheDimensionsOfRowsFromTheTop() throws MalformedImageException {
        assertThat(header(new BmpFile().pixels(1, -2, new int[8]))).isEqualTo(new ImageHeader(1, 2));
    }

    @Test
    void refusesEveryCut() {
        for (int header : new int[] {BmpFile.CORE_HEADER, BmpFile.INFO_HEADER, BmpFile.V5_HEADER}) {
            // The last row's padding is left out already.
            byte[] bmp = new BmpFile().header(header).pixels(3, 2, new int[21]);
            for (int length = 2; length < bmp.length; length++) {
                assertThat(malformed(Arrays.copyOf(bmp, length)).code()).as("%d bytes", length)
                        .isEqualTo(ErrorCode.TRUNCATED);
            }
        }
    }

    @Test
    void refusesCutMasks() {
        byte[] bmp = new BmpFile().bitsPerPixel(32).bitFields(0xff0000, 0xff00, 0xff).pixels(1, 1, 0, 0, 0, 0);

        assertThat(malformed(Arrays.copyOf(bmp, 60)).code()).isEqualTo(ErrorCode.TRUNCATED);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 11, 13, 15, -1, -40})
    void refusesHeadersOfOtherLengths(int header) {
        byte[] bmp = new BmpFile().pixels(1, 2, new int[8]);
        ByteBuffer.wrap(bmp).order(ByteOrder.LITTLE_ENDIAN).putInt(14, header);

        assertThat(malformed(bmp)).hasMessageContaining("header of " + header + " bytes");
    }

    @ParameterizedTest
    @CsvSource({
        WIDTH + ", 0", WIDTH + ", -1", HEIGHT + ", 0", HEIGHT + ", -2147483648", BITS_PER_PIXEL + ", 0",
        BITS_PER_PIXEL + ", 3", BITS_PER_PIXEL + ", 33"
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

    @Test
    void allowsTheLastRowToLackItsPadding() throws MalformedImageException {
        assertThat(header(new BmpFile().pixels(1, 2, new int[7]))).isEqualTo(new ImageHeader(1, 2));
        assertThat(malformed(new BmpFile().pixels(1, 2, new int[6])).code()).isEqualTo(ErrorCode.TRUNCATED);
    }

    @Test
    void refusesPixelsThatStartInsideTheHeader() {
        assertThat(malformed(new BmpFile().dataStart(53).pixels(1, 1, new int[4])))
                .hasMessageContaining("start at byte 53, inside its header of 54 bytes");
    }

    @ParameterizedTest
    @CsvSource({
        "40, 8, 4, a JPEG inside", "40, 8, 5, a PNG inside", "64, 1, 3, Huffman coding", "40, 32, 11, CMYK",
        "40, 64, 0, 64 bits per pixel"
    })
    void tellsAnUnsupportedBitmapFromACorruptOne(int header, int bits, int compression, String message) {
        MalformedImageException refusal = malformed(new BmpFile().header(header).bitsPerPixel(bits)
                .compression(compression).palette(new int[8]).pixels(1, 1, new int[8]));

        assertThat(refusal.code()).isEqualTo(ErrorCode.UNSUPPORTED);
        assertThat(refusal).hasMessageContaining(message);
    }

    @Test
    void saysThatALongerHeaderIsUnsupported() {
        assertThat(malformed(new BmpFile().header(128).pixels(1, 1, new int[4])).code())
                .isEqualTo(ErrorCode.UNSUPPORTED);
    }

    @ParameterizedTest
    @CsvSource({"4, 1", "8, 2", "8, 3", "24, 2", "8, 7", "16, 1", "24, -1"})
    void refusesACompressionThatDoesNotFitTheDepth(int bits, int compression) {
        assertThat(malformed(new BmpFile().bitsPerPixel(bits).compression(compression).palette(new int[1024])
                .pixels(1, 1, new int[16])).code()).isEqualTo(ErrorCode.CORRUPT);
    }

    @ParameterizedTest
    @CsvSource({"f0f000, ff0, f, 0", "ff, ff, ff00, 0", "ff0000, ff00, ff, 1ff"})
    void refusesMasksWithGapsOrSharedBits(String red, String green, String blue, String alpha) {
        byte[] bmp = new BmpFile().header(BmpFile.V4_HEADER).bitsPerPixel(32)
                .bitFields(hex(red), hex(green), hex(blue), hex(alpha)).pixels(1, 1, new int[4]);

        assertThat(malformed(bmp).code()).isEqualTo(ErrorCode.CORRUPT);
        assertThat(malformed(bmp)).hasMessageContaining("red " + red + ", green " + green);
    }

    private static int hex(String mask) {
        return Integer.parseInt(mask, 16);
    }

    private static ImageHeader header(byte[] bmp) throws MalformedImageException {
        return BmpHeader.read(bmp).imageHeader();
    }

    private static MalformedImageException malformed(byte[] bmp) {
        return catchThrowableOfType(MalformedImageException.class, () -> BmpHeader.read(bmp));
    }
}
