package io.flinkvision.core.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.core.image.Reduction.JpegScale;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GifDecodingTest {

    private static final String RED = "ff0000";
    private static final String GREEN = "00ff00";
    private static final String BLUE = "0000ff";
    private static final String WHITE = "ffffff";

    @Test
    void isOffUnlessAJobAllowsIt() {
        byte[] gif = GifFile.of(1, 1).indices(0);

        assertThat(ImageFormat.DEFAULTS).doesNotContain(ImageFormat.GIF);
        assertThat(Pixels.rejected(gif, DecodeLimits.DEFAULTS).code()).isEqualTo(ErrorCode.FORMAT_NOT_ALLOWED);
        assertThat(Pixels.decoded(gif, Pixels.EVERY_FORMAT).format()).isEqualTo("gif");
    }

    @Test
    void showsAPicture() {
        assertThat(Pixels.colours(GifFile.of(2, 2).indices(0, 1, 2, 3))).containsExactly(RED, GREEN, BLUE, WHITE);
    }

    @Test
    void showsTheFirstFrameOnly() {
        byte[] gif = GifFile.of(2, 1).indices(0, 1);
        byte[] garbage = Arrays.copyOf(gif, gif.length + 30);
        Arrays.fill(garbage, gif.length, garbage.length, (byte) 0x2c);

        assertThat(Pixels.colours(garbage)).containsExactly(RED, GREEN);
    }

    @Test
    void putsTransparencyOnWhite() {
        assertThat(Pixels.colours(GifFile.of(2, 1).transparent(1).indices(0, 1))).containsExactly(RED, WHITE);
    }

    @Test
    void aroundTheFrameTheCanvasIsTransparent() {
        assertThat(Pixels.colours(GifFile.of(3, 2).frame(1, 1, 1, 1).indices(2)))
                .containsExactly(WHITE, WHITE, WHITE, WHITE, BLUE, WHITE);
    }

    @Test
    void theCanvasGrowsToTheFrame() {
        assertThat(Pixels.colours(GifFile.of(1, 1).frame(1, 0, 1, 2).indices(2, 0)))
                .containsExactly(WHITE, BLUE, WHITE, RED);
        assertThat(Pixels.colours(GifFile.of(0, 0).frame(0, 0, 1, 1).indices(2))).containsExactly(BLUE);
    }

    @Test
    void putsTheRowsOfAnInterlacedFrameInTheirPlaces() {
        // Rows 0, 8; 4; 2, 6; 1, 3, 5, 7.
        assertThat(Pixels.colours(GifFile.of(1, 9).interlaced().indices(0, 1, 2, 3, 3, 0, 1, 2, 0)))
                .containsExactly(RED, RED, WHITE, GREEN, BLUE, BLUE, WHITE, RED, GREEN);
        assertThat(Pixels.colours(GifFile.of(1, 2).interlaced().indices(0, 1))).containsExactly(RED, GREEN);
    }

    @Test
    void resolvesTheCodeThatIsOnlyBeingMade() {
        // Clear, red, then the next code, 6, which is red twice.
        assertThat(Pixels.colours(GifFile.of(3, 1).codes(4, 0, 6))).containsExactly(RED, RED, RED);
    }

    @ParameterizedTest
    @CsvSource({"2, false", "16, true", "256, false", "256, true"})
    void showsWhatTheJdkWrites(int colours, boolean isInterlaced) throws IOException, MalformedImageException {
        byte[][] palette = new byte[3][colours];
        Random random = new Random(colours);
        for (byte[] channel : palette) {
            random.nextBytes(channel);
        }
        BufferedImage image = new BufferedImage(301, 203, BufferedImage.TYPE_BYTE_INDEXED,
                new IndexColorModel(8, colours, palette[0], palette[1], palette[2]));
        byte[] expected = new byte[301 * 203 * 3];
        for (int pixel = 0; pixel < 301 * 203; pixel++) {
            // Long strings on the left, so that codes of many indices are made, and noise on the right.
            int index = pixel % 301 < 150 ? pixel / 301 / 9 % colours : random.nextInt(colours);
            image.getRaster().setSample(pixel % 301, pixel / 301, 0, index);
            for (int channel = 0; channel < 3; channel++) {
                expected[3 * pixel + channel] = palette[2 - channel][index];
            }
        }
        try (UprightDecoder decoder = new UprightDecoder(Pixels.EVERY_FORMAT)) {
            byte[] gif = written(image, isInterlaced);
            assertThat(Pixels.of(decoder.decode(gif, (width, height) -> JpegScale.WHOLE).bgr())).isEqualTo(expected);
        }
    }

    private static byte[] written(BufferedImage image, boolean isInterlaced) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("gif").next();
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try (ImageOutputStream output = ImageIO.createImageOutputStream(file)) {
            ImageWriteParam parameters = writer.getDefaultWriteParam();
            parameters.setProgressiveMode(
                    isInterlaced ? ImageWriteParam.MODE_DEFAULT : ImageWriteParam.MODE_DISABLED);
            writer.setOutput(output);
            writer.write(null, new IIOImage(image, null, null), parameters);
        } finally {
            writer.dispose();
        }
        return file.toByteArray();
    }

    @Test
    void refusesEveryCut() {
        byte[] gif = GifFile.of(3, 2).transparent(0).indices(0, 1, 2, 3, 0, 1);
        for (int length = 6; length < gif.length; length++) {
            assertThat(Pixels.rejected(Arrays.copyOf(gif, length), Pixels.EVERY_FORMAT).code())
                    .as("%d bytes", length).isEqualTo(ErrorCode.TRUNCATED);
        }
    }

    @Test
    void refusesAFrameThatLacksPixels() {
        assertThat(Pixels.rejected(GifFile.of(2, 2).indices(0, 1, 2), Pixels.EVERY_FORMAT).code())
                .isEqualTo(ErrorCode.TRUNCATED);
        assertThat(Pixels.rejected(GifFile.of(2, 2).codes(4, 0), Pixels.EVERY_FORMAT).code())
                .isEqualTo(ErrorCode.TRUNCATED);
    }

    @Test
    void refusesCodesThatDoNotExistYet() {
        assertThat(Pixels.rejected(GifFile.of(3, 1).codes(4, 0, 7), Pixels.EVERY_FORMAT).message())
                .contains("the code 7 where 6 is the largest");
        assertThat(Pixels.rejected(GifFile.of(3, 1).codes(4, 6), Pixels.EVERY_FORMAT).message())
                .contains("the code 6 where 3 is the largest");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 12, 255})
    void refusesCodesOfImpossibleLengths(int codeSize) {
        assertThat(Pixels.rejected(GifFile.of(1, 1).data(codeSize, new byte[3]), Pixels.EVERY_FORMAT).code())
                .isEqualTo(ErrorCode.CORRUPT);
    }

    @Test
    void saysThatAGifWithoutAPaletteIsUnsupported() {
        assertThat(Pixels.rejected(GifFile.of(1, 1).withoutPalette().indices(0), Pixels.EVERY_FORMAT).code())
                .isEqualTo(ErrorCode.UNSUPPORTED);
    }

    @Test
    void holdsTheCanvasAgainstTheLimits() {
        assertThat(Pixels.rejected(GifFile.of(65_535, 65_535).frame(0, 0, 1, 1).indices(0), Pixels.EVERY_FORMAT).code())
                .isEqualTo(ErrorCode.TOO_LARGE);
        assertThat(Pixels.rejected(GifFile.of(1, 1).frame(65_535, 0, 1, 1).indices(0), Pixels.EVERY_FORMAT).code())
                .isEqualTo(ErrorCode.TOO_LARGE);
    }
}
