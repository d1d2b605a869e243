package io.flinkvision.core.image;

import static io.flinkvision.core.image.PngFile.GREY;
import static io.flinkvision.core.image.PngFile.GREY_ALPHA;
import static io.flinkvision.core.image.PngFile.PALETTE;
import static io.flinkvision.core.image.PngFile.TRUE_COLOUR;
import static io.flinkvision.core.image.PngFile.TRUE_COLOUR_ALPHA;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.core.image.DecodeOutcome.Decoded;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PngDecodingTest {

    @Test
    void showsTrueColour() {
        assertColours(PngFile.of(2, 1, 8, TRUE_COLOUR).rows(0, 1, 2, 3, 250, 251, 252).end(), "010203", "fafbfc");
    }

    @Test
    void showsTrueColourOf16Bits() {
        assertColours(PngFile.of(2, 1, 16, TRUE_COLOUR)
                .rows(0, 0x12, 0x12, 0x56, 0x56, 0x9a, 0x9a, 0xff, 0xff, 0, 0, 0x80, 0x80).end(), "12569a", "ff0080");
    }

    @ParameterizedTest
    @CsvSource({
        "1, 2, 0b01000000, 000000, ffffff",
        "2, 2, 0b01100000, 555555, aaaaaa",
        "4, 2, 0b00011110, 111111, eeeeee",
        "8, 1, 0x7b, 7b7b7b, 7b7b7b"
    })
    void spreadsGreyOfFewBitsOverTheWholeRange(int bitDepth, int width, String row, String first, String last) {
        List<String> colours = Pixels.colours(PngFile.of(width, 1, bitDepth, GREY).rows(0, number(row)).end());

        assertThat(colours.get(0)).isEqualTo(first);
        assertThat(colours.get(colours.size() - 1)).isEqualTo(last);
    }

    @Test
    void showsGreyOf16Bits() {
        assertColours(PngFile.of(3, 1, 16, GREY).rows(0, 0x7f, 0x7f, 0xff, 0xff, 0, 0x81).end(),
                "7f7f7f", "ffffff", "010101");
    }

    @Test
    void putsGreyWithAlphaOnWhite() {
        assertColours(PngFile.of(3, 1, 8, GREY_ALPHA).rows(0, 100, 255, 100, 0, 0, 51).end(),
                "646464", "ffffff", "cccccc");
    }

    @Test
    void putsGreyWithAlphaOf16BitsOnWhite() {
        assertColours(PngFile.of(2, 1, 16, GREY_ALPHA).rows(0, 0, 0, 0x33, 0x33, 0, 0, 0xff, 0xff).end(),
                "cccccc", "000000");
    }

    @Test
    void putsTrueColourWithAlphaOnWhite() {
        assertColours(PngFile.of(3, 1, 8, TRUE_COLOUR_ALPHA).rows(0, 255, 0, 10, 255, 1, 2, 3, 0, 0, 255, 0, 51).end(),
                "ff000a", "ffffff", "ccffcc");
    }

    @Test
    void putsTrueColourWithAlphaOf16BitsOnWhite() {
        assertColours(PngFile.of(2, 1, 16, TRUE_COLOUR_ALPHA)
                .rows(0, 0, 0, 0xff, 0xff, 0, 0, 0x33, 0x33, 9, 9, 8, 8, 7, 7, 0, 0).end(), "ccffcc", "ffffff");
    }

    @Test
    void aWhollyTransparentPictureIsWhite() {
        assertColours(PngFile.of(2, 1, 8, TRUE_COLOUR_ALPHA).rows(0, 1, 2, 3, 0, 4, 5, 6, 0).end(),
                "ffffff", "ffffff");
    }

    @ParameterizedTest
    @CsvSource({"1, 0b01000000", "2, 0b00010000", "4, 0b00000001", "8, 0"})
    void showsPalettesOfAllDepths(int bitDepth, String row) {
        PngFile file = PngFile.of(2, 1, bitDepth, PALETTE).chunk("PLTE", 255, 0, 0, 0, 0, 255);
        int[] rows = bitDepth == 8 ? new int[] {0, 0, 1} : new int[] {0, number(row)};

        assertColours(file.rows(rows).end(), "ff0000", "0000ff");
    }

    @Test
    void putsTransparentColoursOfAPaletteOnWhite() {
        assertColours(PngFile.of(3, 1, 8, PALETTE).chunk("PLTE", 255, 0, 0, 0, 0, 255, 1, 2, 3)
                .chunk("tRNS", 0, 51).rows(0, 0, 1, 2).end(), "ffffff", "ccccff", "010203");
    }

    @ParameterizedTest
    @CsvSource({
        "1, 0b01000000, 0, ffffff, ffffff",
        "1, 0b01000000, 1, 000000, ffffff",
        "2, 0b01100000, 1, ffffff, aaaaaa",
        "4, 0b00011110, 14, 111111, ffffff",
        "4, 0b00010110, 22, 111111, ffffff"
    })
    void theTransparentGreyIsWhite(int bitDepth, String row, int grey, String first, String last) {
        assertColours(PngFile.of(2, 1, bitDepth, GREY).chunk("tRNS", 0, grey).rows(0, number(row)).end(), first, last);
    }

    @Test
    void theTransparentGreyOf8BitsIsWhite() {
        assertColours(PngFile.of(3, 1, 8, GREY).chunk("tRNS", 0, 100).rows(0, 99, 100, 101).end(),
                "636363", "ffffff", "656565");
    }

    @Test
    void onlyTheExactGreyOf16BitsIsTransparent() {
        assertColours(PngFile.of(2, 1, 16, GREY).chunk("tRNS", 0x40, 0x40).rows(0, 0x40, 0x40, 0x40, 0x41).end(),
                "ffffff", "404040");
    }

    @Test
    void theTransparentColourIsWhite() {
        assertColours(PngFile.of(2, 1, 8, TRUE_COLOUR).chunk("tRNS", 0, 1, 0, 2, 0, 3).rows(0, 1, 2, 3, 1, 2, 4).end(),
                "ffffff", "010204");
    }

    @Test
    void onlyTheExactColourOf16BitsIsTransparent() {
        assertColours(PngFile.of(2, 1, 16, TRUE_COLOUR).chunk("tRNS", 0x40, 0x40, 0x40, 0x40, 0x40, 0x40)
                .rows(0, 0x40, 0x40, 0x40, 0x40, 0x40, 0x40, 0x40, 0x40, 0x40, 0x40, 0x40, 0x41).end(),
                "ffffff", "404040");
    }

    @Test
    void showsInterlacedPictures() {
        // Of 2 x 2 pixels Adam7's passes 1, 6 and 7 have some: the first pixel, its right neighbour, the second row.
        assertColours(PngFile.of(2, 2, 8, GREY, 1).rows(0, 10, 0, 20, 0, 30, 40).end(),
                "0a0a0a", "141414", "1e1e1e", "282828");
    }

    @Test
    void honoursItsExif() {
        Decoded decoded = Pixels.decoded(PngFile.of(2, 1, 8, GREY)
                .chunk("eXIf", Exif.orientation(6, ByteOrder.BIG_ENDIAN)).rows(0, 10, 20).end(), Pixels.EVERY_FORMAT);

        assertThat(decoded.width()).isEqualTo(1);
        assertThat(decoded.height()).isEqualTo(2);
        assertThat(Pixels.colours(decoded)).containsExactly("0a0a0a", "141414");
    }

    @Test
    void showsAPictureWhoseEndIsMissingOrBroken() {
        byte[] whole = PngFile.of(2, 1, 8, GREY).rows(0, 10, 20).chunk("tEXt", 1, 2, 3).end();
        int dataEnd = PngFile.of(2, 1, 8, GREY).rows(0, 10, 20).withoutEnd().length;

        for (int length = dataEnd; length <= whole.length; length++) {
            assertColours(Arrays.copyOf(whole, length), "0a0a0a", "141414");
        }
        assertColours(PngFile.of(2, 1, 8, GREY).rows(0, 10, 20).chunk("IEND").withAWrongSum().withoutEnd(),
                "0a0a0a", "141414");
    }

    @Test
    void refusesDataThatEndsBeforeThePictureDoes() {
        assertThat(Pixels.rejected(PngFile.of(2, 2, 8, GREY).rows(0, 10, 20).end(), Pixels.EVERY_FORMAT).code())
                .isEqualTo(ErrorCode.CORRUPT);
    }

    @Test
    void refusesDataThatIsNotDeflated() {
        assertThat(Pixels.rejected(PngFile.of(1, 1, 8, GREY).chunk("IDAT", 1, 2, 3).end(), Pixels.EVERY_FORMAT).code())
                .isEqualTo(ErrorCode.CORRUPT);
    }

    @Test
    void refusesAPaletteThatIsMissing() {
        assertThat(Pixels.rejected(PngFile.of(1, 1, 8, PALETTE).rows(0, 0).end(), Pixels.EVERY_FORMAT).code())
                .isEqualTo(ErrorCode.CORRUPT);
    }

    private static void assertColours(byte[] png, String... expected) {
        assertThat(Pixels.colours(png)).containsExactly(expected);
    }

    private static int number(String text) {
        return text.startsWith("0b") ? Integer.parseInt(text.substring(2), 2) : Integer.decode(text);
    }
}
