package io.flinkvision.image;

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
    void refusesMasksThatWouldBeMisread() {
        assertThat(Pixels.rejected(new BmpFile().bitsPerPixel(32).bitFields(0xff, 0xff00, 0xff0000)
                .pixels(1, 1, 1, 2, 3, 0), Pixels.EVERY_FORMAT).message()).contains("colour masks", "ff0000");
    }

    @Test
    void refusesMasksOf16BitsThatCannotBeDecoded() {
        assertThat(Pixels.rejected(new BmpFile().bitsPerPixel(16).bitFields(0xf00, 0xf0, 0xf)
                .pixels(1, 1, 1, 2, 0, 0), Pixels.EVERY_FORMAT).message()).contains("colour masks", "[f00, f0, f]");
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
        assertColours(new BmpFile().bitsPerPixel(1).palette(palette(2 * 4)).pixels(2, 1, 0x40, 0, 0, 0),
                "ff0000", "0000ff");
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
    void allowsPaddingBehindTheEnd() {
        byte[] bmp = new BmpFile().pixels(1, 2, RED_ABOVE_BLUE_FROM_THE_BOTTOM);

        assertColours(Arrays.copyOf(bmp, bmp.length + 3), "ff0000", "0000ff");
    }

    private static int[] palette(int length) {
        return Arrays.copyOf(new int[] {0, 0, 255, 0, 255, 0, 0, 0}, length);
    }

    private static void assertColours(byte[] bmp, String... expected) {
        assertThat(Pixels.colours(bmp)).containsExactly(expected);
    }
}
