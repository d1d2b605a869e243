package io.flinkvision.core.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BmpDecodingTest {

    /** Blue, green, red, padded to four bytes. */
    private static final int[] RED_ABOVE_BLUE_FROM_THE_BOTTOM = {255, 0, 0, 0, 0, 0, 255, 0};

    @ParameterizedTest
    @ValueSource(ints = {BmpFile.CORE_HEADER, BmpFile.INFO_HEADER, BmpFile.V4_HEADER, BmpFile.V5_HEADER})
    void shows24BitsWithEveryHeader(int header) {
        assertColours(new BmpFile().header(header).pixels(1, 2, RED_ABOVE_BLUE_FROM_THE_BOTTOM), "ff0000", "0000ff");
    }

    @Test
    void showsRowsFromTheTop() {
        assertColours(new BmpFile().pixels(1, -2, RED_ABOVE_BLUE_FROM_THE_BOTTOM), "0000ff", "ff0000");
    }

    @Test
    void theFourthByteOf32BitsWithoutMasksIsNoAlpha() {
        assertColours(new BmpFile().bitsPerPixel(32).pixels(2, 1, 1, 2, 3, 0, 4, 5, 6, 128), "030201", "060504");
        assertColours(new BmpFile().header(BmpFile.V5_HEADER).bitsPerPixel(32).pixels(1, 1, 1, 2, 3, 0), "030201");
    }

    @Test
    void theFourthByteOf32BitsWithoutAMaskForItIsNoAlpha() {
        assertColours(new BmpFile().bitsPerPixel(32).bitFields(0xff0000, 0xff00, 0xff)
                .pixels(2, 1, 1, 2, 3, 0, 4, 5, 6, 128), "030201", "060504");
        assertColours(new BmpFile().header(BmpFile.V4_HEADER).bitsPerPixel(32).bitFields(0xff0000, 0xff00, 0xff, 0)
                .pixels(2, 1, 1, 2, 3, 0, 4, 5, 6, 128), "030201", "060504");
    }

    @ParameterizedTest
    @ValueSource(ints = {56, BmpFile.V4_HEADER, BmpFile.V5_HEADER})
    void putsAlphaThatAMaskTellsOnWhite(int header) {
        assertColours(new BmpFile().header(header).bitsPerPixel(32).bitFields(0xff0000, 0xff00, 0xff, 0xff000000)
                .pixels(3, 1, 1, 2, 3, 255, 1, 2, 3, 0, 0, 0, 255, 51), "030201", "ffffff", "ffcccc");
    }

    @Test
    void heedsTheOrderOfTheMasks() {
        assertColours(new BmpFile().header(BmpFile.V4_HEADER).bitsPerPixel(32)
                .bitFields(0xff, 0xff00, 0xff0000, 0xff000000).pixels(1, 1, 1, 2, 3, 255), "010203");
    }

    @Test
    void anAlphaChannelOfZerosIsPadding() {
        assertColours(new BmpFile().header(BmpFile.V4_HEADER).bitsPerPixel(32)
                .bitFields(0xff0000, 0xff00, 0xff, 0xff000000).pixels(2, 1, 1, 2, 3, 0, 4, 5, 6, 0),
                "030201", "060504");
    }

    @Test
    void heedsMasksBehindTheShortHeader() {
        assertColours(new BmpFile().bitsPerPixel(32).bitFields(0xff, 0xff00, 0xff0000)
                .pixels(1, 1, 1, 2, 3, 0), "010203");
        assertColours(new BmpFile().bitsPerPixel(32).bitFields(0xff000000, 0xff0000, 0xff00)
                .pixels(1, 1, 0, 3, 2, 1), "010203");
    }

    @Test
    void heedsAMaskForAlphaBehindTheShortHeader() {
        assertColours(new BmpFile().bitsPerPixel(32).bitFields(0xff0000, 0xff00, 0xff, 0xff000000).compression(6)
                .pixels(2, 1, 1, 2, 3, 255, 1, 2, 3, 0), "030201", "ffffff");
    }

    @ParameterizedTest
    @ValueSource(ints = {BmpFile.INFO_HEADER, 52, 56, BmpFile.V4_HEADER, BmpFile.V5_HEADER})
    void heedsTheMasksOf16BitsWithEveryHeader(int header) {
        assertColours(new BmpFile().header(header).bitsPerPixel(16).bitFields(0xf800, 0x7e0, 0x1f)
                .pixels(2, 1, 0x1f, 0x00, 0xe0, 0xff), "0000ff", "ffff00");
        assertColours(new BmpFile().header(header).bitsPerPixel(16).bitFields(0xf, 0xf0, 0xf00)
                .pixels(2, 1, 0x8f, 0x00, 0x00, 0x01), "ff8800", "000011");
    }

    @Test
    void putsAlphaOf16BitsOnWhite() {
        assertColours(new BmpFile().header(BmpFile.V5_HEADER).bitsPerPixel(16).bitFields(0x7c00, 0x3e0, 0x1f, 0x8000)
                .pixels(2, 1, 0x00, 0x7c, 0x00, 0xfc), "ffffff", "ff0000");
        assertColours(new BmpFile().header(BmpFile.V5_HEADER).bitsPerPixel(16).bitFields(0xf00, 0xf0, 0xf, 0xf000)
                .pixels(2, 1, 0x00, 0x3f, 0x00, 0xff), "ffcccc", "ff0000");
    }

    @Test
    void spreadsSamplesOfOneToTwelveBitsOverTheWholeRange() {
        assertColours(new BmpFile().bitsPerPixel(32).bitFields(0xfff, 0x1000, 0x7fe000)
                .pixels(2, 1, 0xff, 0x1f, 0, 0, 0x00, 0xe8, 0x7f, 0), "ffff00", "8000ff");
    }

    @Test
    void aMaskOfZeroIsAChannelThatIsMissing() {
        assertColours(new BmpFile().bitsPerPixel(16).bitFields(0xff00, 0xff, 0).pixels(2, 1, 2, 1, 0xff, 0xff),
                "010200", "ffff00");
    }

    @Test
    void masksThatAreAllZeroAreLeftOut() {
        assertColours(new BmpFile().header(BmpFile.V4_HEADER).bitsPerPixel(32).bitFields(0, 0, 0, 0)
                .pixels(1, 1, 1, 2, 3, 0), "030201");
    }

    @Test
    void shows16BitsOverTheWholeRange() {
        assertColours(new BmpFile().bitsPerPixel(16).pixels(2, 1, 0xff, 0x7f, 0, 0x7c), "ffffff", "ff0000");
        assertColours(new BmpFile().bitsPerPixel(16).bitFields(0xf800, 0x7e0, 0x1f)
                .pixels(2, 1, 0xff, 0xff, 0xe0, 0x07), "ffffff", "00ff00");
    }

    @Test
    void showsPalettes() {
        assertColours(new BmpFile().bitsPerPixel(8).palette(palette(256 * 4))
                .pixels(2, 1, 0, 1, 0, 0), "ff0000", "0000ff");
        assertColours(new BmpFile().bitsPerPixel(4).palette(palette(16 * 4)).pixels(2, 1, 0x01, 0, 0, 0),
                "ff0000", "0000ff");
        assertColours(new BmpFile().bitsPerPixel(2).palette(palette(4 * 4)).pixels(2, 1, 0x10, 0, 0, 0),
                "ff0000", "0000ff");
        assertColours(new BmpFile().bitsPerPixel(1).palette(palette(2 * 4)).pixels(2, 1, 0x40, 0, 0, 0),
                "ff0000", "0000ff");
    }

    @ParameterizedTest
    @ValueSource(ints = {BmpFile.SHORT_OS2_HEADER, BmpFile.OS2_HEADER, BmpFile.V5_HEADER})
    void showsAPaletteBehindEveryHeader(int header) {
        assertColours(new BmpFile().header(header).bitsPerPixel(8).palette(palette(256 * 4))
                .pixels(2, 1, 0, 1, 0, 0), "ff0000", "0000ff");
    }

    @Test
    void showsAPaletteOfMoreColoursThanItsIndicesReach() {
        assertColours(new BmpFile().bitsPerPixel(8).colours(300).palette(palette(300 * 4))
                .pixels(2, 1, 0, 1, 0, 0), "ff0000", "0000ff");
    }

    @Test
    void anIndexBehindTheEndOfThePaletteIsBlack() {
        assertColours(new BmpFile().bitsPerPixel(8).colours(2).palette(palette(2 * 4))
                .pixels(3, 1, 0, 2, 255, 0), "ff0000", "000000", "000000");
        assertColours(new BmpFile().bitsPerPixel(8).palette(palette(2 * 4))
                .pixels(3, 1, 0, 2, 255, 0), "ff0000", "000000", "000000");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 54})
    void findsThePixelsBehindThePaletteWhereTheHeaderDoesNotTell(int dataStart) {
        assertColours(new BmpFile().bitsPerPixel(8).colours(2).palette(palette(2 * 4)).dataStart(dataStart)
                .pixels(2, 1, 0, 1, 0, 0), "ff0000", "0000ff");
    }

    @Test
    void showsAPaletteBehindACoreHeader() {
        int[] samples = Arrays.copyOf(new int[] {0, 0, 255, 255, 0, 0}, 256 * 3);

        assertColours(new BmpFile().header(BmpFile.CORE_HEADER).bitsPerPixel(8).palette(samples)
                .pixels(2, 1, 0, 1, 0, 0), "ff0000", "0000ff");
    }

    @Test
    void showsRunsOfAPalette() {
        assertColours(new BmpFile().bitsPerPixel(8).compression(1).palette(palette(256 * 4))
                .pixels(3, 1, 2, 0, 1, 1, 0, 0, 0, 1), "ff0000", "ff0000", "0000ff");
    }

    @Test
    void dropsWhatARowOfRunsHasBehindTheWidth() {
        assertColours(runs(8, 3, 2, 0, 4, 0, 0, 0, 1, 0, 0, 4, 1, 2, 0, 0, 0, 0, 1),
                "0000ff", "0000ff", "0000ff", "ff0000", "ff0000", "ff0000");
        assertColours(runs(4, 3, 2, 4, 0x00, 0, 0, 0, 5, 0x11, 0x11, 0x10, 0, 0, 0, 0, 1),
                "0000ff", "0000ff", "0000ff", "ff0000", "ff0000", "ff0000");
    }

    @Test
    void showsRunsAndLiteralsOf4Bits() {
        assertColours(runs(4, 4, 2, 3, 0x01, 1, 0x10, 0, 0, 0, 3, 0x10, 0x10, 1, 0x00, 0, 1),
                "0000ff", "ff0000", "0000ff", "ff0000", "ff0000", "0000ff", "ff0000", "0000ff");
    }

    @Test
    void literalsArePaddedToTwoBytes() {
        assertColours(runs(8, 4, 1, 0, 3, 1, 0, 1, 9, 1, 0, 0, 1), "0000ff", "ff0000", "0000ff", "ff0000");
    }

    @Test
    void showsOs2RunsOf24Bits() {
        assertColours(new BmpFile().header(BmpFile.OS2_HEADER).bitsPerPixel(24).compression(4).pixels(5, 1,
                2, 1, 2, 3, 0, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 99, 0, 1),
                "030201", "030201", "060504", "090807", "0c0b0a");
    }

    @Test
    void whatIsJumpedOverIsTransparent() {
        assertColours(runs(8, 2, 3, 1, 1, 0, 2, 0, 1, 1, 1, 0, 2, 0, 1, 1, 0, 0, 1),
                "ffffff", "ffffff", "ffffff", "0000ff", "0000ff", "ffffff");
        assertColours(runs(8, 2, 2, 0, 2, 1, 0, 1, 1, 0, 0, 0, 1), "ffffff", "ffffff", "ffffff", "0000ff");
    }

    @Test
    void anEarlyEndOfARowOrOfTheBitmapLeavesTheRestTransparent() {
        assertColours(runs(8, 2, 3, 0, 0, 1, 1, 0, 0, 1, 1, 0, 1),
                "0000ff", "ffffff", "0000ff", "ffffff", "ffffff", "ffffff");
    }

    @Test
    void jumpsAndRunsThatLeaveTheBitmapAreHarmless() {
        assertColours(runs(8, 2, 1, 0, 2, 255, 0, 255, 1, 0, 2, 255, 255, 255, 1, 0, 9), "ffffff", "ffffff");
    }

    @Test
    void showsRunsFromTheTop() {
        assertColours(runs(8, 1, -2, 1, 0, 0, 0, 1, 1, 0, 1), "ff0000", "0000ff");
    }

    @Test
    void theEndOfRunsMayBeMissingBehindTheLastPixel() {
        assertColours(runs(8, 2, 2, 2, 0, 0, 0, 2, 1), "0000ff", "0000ff", "ff0000", "ff0000");
        assertColours(runs(8, 2, 2, 2, 0, 0, 0, 2, 1, 0, 0), "0000ff", "0000ff", "ff0000", "ff0000");
    }

    @Test
    void refusesRunsThatWereCutOff() {
        byte[] bmp = runs(8, 2, 3, 2, 0, 0, 0, 0, 2, 0, 1, 0, 3, 1, 1, 1);
        for (int length = bmp.length - 13; length < bmp.length; length++) {
            assertThat(Pixels.rejected(Arrays.copyOf(bmp, length), Pixels.EVERY_FORMAT).code())
                    .as("%d bytes", length).isEqualTo(ErrorCode.TRUNCATED);
        }
    }

    @Test
    void allowsPaddingBehindTheEnd() {
        byte[] bmp = new BmpFile().pixels(1, 2, RED_ABOVE_BLUE_FROM_THE_BOTTOM);

        assertColours(Arrays.copyOf(bmp, bmp.length + 3), "ff0000", "0000ff");
    }

    /** With red and blue as colours 0 and 1. */
    private static byte[] runs(int bits, int width, int height, int... data) {
        return new BmpFile().bitsPerPixel(bits).compression(bits == 8 ? 1 : 2).palette(palette(4 << bits))
                .pixels(width, height, data);
    }

    private static int[] palette(int length) {
        return Arrays.copyOf(new int[] {0, 0, 255, 0, 255, 0, 0, 0}, length);
    }

    private static void assertColours(byte[] bmp, String... expected) {
        assertThat(Pixels.colours(bmp)).containsExactly(expected);
    }
}
