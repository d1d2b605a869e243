package io.flinkvision.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.flinkvision.core.image.ImageHeader.Transparency;
import io.flinkvision.core.image.ImageHeader.Transparency.TransparentGrey;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PngHeaderTest {

    /** Where the data of the first chunk, IHDR, starts. */
    private static final int IMAGE_HEADER = 16;

    @Test
    void readsTheDimensions() throws MalformedImageException {
        assertThat(PngHeader.read(picture().end()))
                .isEqualTo(new ImageHeader(3, 1, Orientation.UPRIGHT, Transparency.ALPHA_CHANNEL));
    }

    @Test
    void readsTheOrientationBeforeAndBehindTheData() throws MalformedImageException {
        byte[] exif = Exif.orientation(8, ByteOrder.LITTLE_ENDIAN);

        assertThat(PngHeader.read(picture().chunk("eXIf", exif).end()).orientation())
                .isEqualTo(Orientation.TURN_ANTICLOCKWISE);
        assertThat(PngHeader.read(PngFile.of(3, 1, 8, PngFile.GREY).chunk("eXIf", exif).rows(0, 1, 2, 3).end())
                .orientation()).isEqualTo(Orientation.TURN_ANTICLOCKWISE);
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 255", "2, 1, 85", "4, 15, 255", "8, 7, 7", "16, 7, 7"})
    void tellsTheTransparentGreyAtTheDecodedDepth(int bitDepth, int sample, int expected)
            throws MalformedImageException {
        byte[] png = PngFile.of(3, 1, bitDepth, PngFile.GREY).chunk("tRNS", 0, sample).rows(0, 0, 0, 0).end();

        assertThat(PngHeader.read(png).transparency()).isEqualTo(new TransparentGrey(expected));
    }

    @ParameterizedTest
    @ValueSource(ints = {PngFile.TRUE_COLOUR, PngFile.PALETTE})
    void leavesOtherTransparencyToTheDecoder(int colourType) throws MalformedImageException {
        byte[] png = PngFile.of(1, 1, 8, colourType).chunk("tRNS", 0, 1, 0, 1, 0, 1).rows(0, 0, 0, 0).end();

        assertThat(PngHeader.read(png).transparency()).isEqualTo(Transparency.ALPHA_CHANNEL);
    }

    @Test
    void readsTheFirstOfSeveralOrientations() throws MalformedImageException {
        byte[] png = picture().chunk("eXIf", Exif.orientation(8, ByteOrder.LITTLE_ENDIAN))
                .chunk("eXIf", Exif.orientation(1, ByteOrder.LITTLE_ENDIAN)).end();

        assertThat(PngHeader.read(png).orientation()).isEqualTo(Orientation.TURN_ANTICLOCKWISE);
    }

    @Test
    void refusesEveryCutBeforeTheEndOfItsFirstData() throws MalformedImageException {
        byte[] whole = picture().withoutEnd();

        for (int length = 8; length < whole.length; length++) {
            assertThat(malformed(Arrays.copyOf(whole, length)).code()).as("%d bytes", length)
                    .isEqualTo(ErrorCode.TRUNCATED);
        }
        assertThat(PngHeader.read(whole).width()).isEqualTo(3);
    }

    @Test
    void leavesWhatIsBrokenBehindTheDataAlone() throws MalformedImageException {
        byte[] png = picture().chunk("eXIf", Exif.orientation(8, ByteOrder.LITTLE_ENDIAN)).chunk("IEND")
                .withAWrongSum().withoutEnd();
        byte[] endless = picture().chunk("tEXt", 1, 2, 3).withoutEnd();
        ByteBuffer.wrap(endless).putInt(picture().withoutEnd().length, -1);

        assertThat(PngHeader.read(png).orientation()).isEqualTo(Orientation.TURN_ANTICLOCKWISE);
        assertThat(PngHeader.read(Arrays.copyOf(png, png.length - 5)).orientation())
                .isEqualTo(Orientation.TURN_ANTICLOCKWISE);
        assertThat(PngHeader.read(endless).width()).isEqualTo(3);
    }

    @Test
    void allowsPaddingBehindTheEnd() throws MalformedImageException {
        byte[] png = picture().end();

        assertThat(PngHeader.read(Arrays.copyOf(png, png.length + 5)).width()).isEqualTo(3);
    }

    @Test
    void refusesAChunkThatThePictureNeedsWithAWrongSum() {
        assertThat(malformed(picture().withAWrongSum().end())).hasMessageContaining("byte 33 has a wrong sum");
        assertThat(malformed(PngFile.of(3, 1, 8, PngFile.GREY).withAWrongSum().rows(0, 1, 2, 3).end()).code())
                .isEqualTo(ErrorCode.CORRUPT);
    }

    @Test
    void passesOverAnotherChunkWithAWrongSum() throws MalformedImageException {
        byte[] exif = Exif.orientation(8, ByteOrder.LITTLE_ENDIAN);

        assertThat(PngHeader.read(picture().chunk("eXIf", exif).withAWrongSum().end()).orientation())
                .isEqualTo(Orientation.UPRIGHT);
    }

    @Test
    void refusesAPictureWithoutData() {
        assertThat(malformed(PngFile.of(3, 1, 8, PngFile.GREY).end())).hasMessageContaining("no IDAT");
    }

    @Test
    void refusesAPictureThatStartsWithAnotherChunk() {
        assertThat(malformed(new PngFile().rows(0, 1).end())).hasMessageContaining("IHDR");
        assertThat(malformed(new PngFile().end())).hasMessageContaining("IHDR");
    }

    @Test
    void refusesASecondHeader() {
        assertThat(malformed(picture().chunk("IHDR", new byte[13]).end())).hasMessageContaining("second IHDR");
    }

    @Test
    void refusesAHeaderOfAnotherLength() {
        assertThat(malformed(new PngFile().chunk("IHDR", new byte[12]).rows(0, 1).end()))
                .hasMessageContaining("12 bytes");
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "1, 0", "-1, 1", "1, -2147483648"})
    void refusesDimensionsThatAreNotPositive(int width, int height) {
        assertThat(malformed(PngFile.of(width, height, 8, PngFile.GREY).rows(0, 1).end()))
                .hasMessageContaining(Integer.toUnsignedString(width) + " x " + Integer.toUnsignedString(height));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 32, 255})
    void refusesDepthsThatPngDoesNotKnow(int bitDepth) {
        assertThat(malformed(PngFile.of(1, 1, bitDepth, PngFile.GREY).rows(0, 1).end()))
                .hasMessageContaining("bits per sample");
    }

    @Test
    void refusesAChunkOfANegativeLength() {
        byte[] png = picture().end();
        ByteBuffer.wrap(png).putInt(IMAGE_HEADER - 8, -1);

        assertThat(malformed(png)).hasMessageContaining("length 4294967295");
    }

    @Test
    void refusesAChunkThatReachesBehindTheEnd() {
        byte[] png = picture().end();
        ByteBuffer.wrap(png).putInt(IMAGE_HEADER - 8, Integer.MAX_VALUE);

        assertThat(malformed(png).code()).isEqualTo(ErrorCode.TRUNCATED);
    }

    private static PngFile picture() {
        return PngFile.of(3, 1, 8, PngFile.GREY).rows(0, 1, 2, 3);
    }

    private static MalformedImageException malformed(byte[] png) {
        return catchThrowableOfType(MalformedImageException.class, () -> PngHeader.read(png));
    }
}
