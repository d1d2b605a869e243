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

class TiffHeaderTest {

    private final byte[] tiff = TiffFile.grey(2, 1, 8, 1, ByteOrder.LITTLE_ENDIAN, 10, 20);

    @Test
    void readsTheDimensionsInBothByteOrders() throws MalformedImageException {
        assertThat(TiffHeader.read(tiff)).isEqualTo(new ImageHeader(2, 1));
        assertThat(TiffHeader.read(TiffFile.grey(2, 1, 8, 1, ByteOrder.BIG_ENDIAN, 10, 20)))
                .isEqualTo(new ImageHeader(2, 1));
    }

    @Test
    void tellsTheDimensionsOfTheUprightPicture() throws MalformedImageException {
        assertThat(TiffHeader.read(TiffFile.grey(2, 1, 8, 4, ByteOrder.BIG_ENDIAN, 10, 20)))
                .isEqualTo(new ImageHeader(2, 1));
        assertThat(TiffHeader.read(TiffFile.grey(2, 1, 8, 5, ByteOrder.BIG_ENDIAN, 10, 20)))
                .isEqualTo(new ImageHeader(1, 2));
    }

    @Test
    void refusesEveryCutOfItsDirectory() {
        for (int length = 4; length < 8 + 2 + 9 * 12; length++) {
            byte[] cut = Arrays.copyOf(tiff, length);
            assertThat(catchThrowableOfType(MalformedImageException.class, () -> TiffHeader.read(cut)).code())
                    .as("%d bytes", length).isEqualTo(ErrorCode.TRUNCATED);
        }
    }

    @ParameterizedTest
    @CsvSource({"18, 0", "18, -1", "10, 999"})
    void refusesDimensionsThatNoPictureHas(int position, int value) {
        ByteBuffer.wrap(tiff).order(ByteOrder.LITTLE_ENDIAN).putInt(position, value);

        assertThat(catchThrowableOfType(MalformedImageException.class, () -> TiffHeader.read(tiff)).code())
                .isEqualTo(ErrorCode.CORRUPT);
    }

    /** libtiff takes the first of two, whose size would not have been held against the limits. */
    @ParameterizedTest
    @ValueSource(ints = {256, 257})
    void refusesASecondWidthOrHeight(int tag) {
        ByteBuffer.wrap(tiff).order(ByteOrder.LITTLE_ENDIAN).putShort(8 + 2 + 7 * 12, (short) tag);

        assertThat(catchThrowableOfType(MalformedImageException.class, () -> TiffHeader.read(tiff)))
                .hasMessageContaining("twice");
    }

    @ParameterizedTest
    @CsvSource({
        "259, 6, JPEG as TIFF 6.0 had it", "259, 34925, LZMA", "259, 50000, Zstandard", "259, 50001, WebP",
        "258, 2, 2 bits per sample", "258, 4, 4 bits per sample", "258, 12, 12 bits", "258, 32, 32 bits"
    })
    void tellsAnUnsupportedTiffFromACorruptOne(int tag, int value, String message) {
        ByteBuffer.wrap(tiff).order(ByteOrder.LITTLE_ENDIAN).putShort(8 + 2 + (tag - 256) * 12 + 8, (short) value);
        MalformedImageException refusal = catchThrowableOfType(
                MalformedImageException.class, () -> TiffHeader.read(tiff));

        assertThat(refusal.code()).isEqualTo(ErrorCode.UNSUPPORTED);
        assertThat(refusal).hasMessageContaining(message);
    }

    @Test
    void readsTheDepthOfThreeSamplesWhereTheDirectoryPointsTo() {
        ByteBuffer.wrap(tiff).order(ByteOrder.LITTLE_ENDIAN).putInt(8 + 2 + 2 * 12 + 4, 3)
                .putInt(8 + 2 + 2 * 12 + 8, tiff.length - 2).putShort(tiff.length - 2, (short) 32);

        assertThat(catchThrowableOfType(MalformedImageException.class, () -> TiffHeader.read(tiff)))
                .hasMessageContaining("32 bits per sample");
    }

    @Test
    void looksForNoDepthBehindTheEnd() throws MalformedImageException {
        ByteBuffer.wrap(tiff).order(ByteOrder.LITTLE_ENDIAN).putInt(8 + 2 + 2 * 12 + 4, 3)
                .putInt(8 + 2 + 2 * 12 + 8, -1);

        assertThat(TiffHeader.read(tiff)).isEqualTo(new ImageHeader(2, 1));
    }

    @Test
    void refusesADirectoryBehindTheEnd() {
        ByteBuffer.wrap(tiff).order(ByteOrder.LITTLE_ENDIAN).putInt(4, -2);

        assertThat(catchThrowableOfType(MalformedImageException.class, () -> TiffHeader.read(tiff)).code())
                .isEqualTo(ErrorCode.TRUNCATED);
    }
}
