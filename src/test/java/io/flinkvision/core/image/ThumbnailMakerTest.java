package io.flinkvision.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flinkvision.core.image.DecodeLimits.Truncation;
import io.flinkvision.core.image.ThumbnailMaker.Thumbnail;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ThumbnailMakerTest {

    private static final int[][] QUARTERS = {{255, 0, 0}, {0, 255, 0}, {0, 0, 255}, {255, 255, 255}};

    @ParameterizedTest
    @CsvSource({
        "100, 60, 100, 60",
        "640, 480, 320, 240",
        "333, 1001, 106, 320",
        "2561, 1999, 320, 250",
        "4000, 3, 320, 1"
    })
    void shrinksToTheLongerSideAndKeepsTheProportions(int width, int height, int smallWidth, int smallHeight) {
        Thumbnail thumbnail = thumbnail(JpegFile.quarters(width, height));

        assertThat(thumbnail.width()).isEqualTo(smallWidth);
        assertThat(thumbnail.height()).isEqualTo(smallHeight);
        assertThat(shown(thumbnail).getWidth()).isEqualTo(smallWidth);
        assertThat(shown(thumbnail).getHeight()).isEqualTo(smallHeight);
    }

    @ParameterizedTest
    @CsvSource({"64, 48", "500, 400", "1300, 900", "2700, 2100"})
    void keepsTheColoursAtEachScale(int width, int height) {
        assertQuarters(shown(thumbnail(JpegFile.quarters(width, height))), QUARTERS);
    }

    @Test
    void turnsAPictureUprightThatWasDecodedAtAReducedScale() {
        Thumbnail thumbnail = thumbnail(
                JpegFile.withExif(JpegFile.quarters(1600, 800), Exif.orientation(6, ByteOrder.LITTLE_ENDIAN)));

        assertThat(thumbnail.width()).isEqualTo(160);
        assertThat(thumbnail.height()).isEqualTo(320);
        assertQuarters(shown(thumbnail), QUARTERS[2], QUARTERS[0], QUARTERS[3], QUARTERS[1]);
    }

    @ParameterizedTest
    @CsvSource({"256, 192, 128, 96", "1600, 1200, 320, 240", "4000, 3000, 320, 240"})
    void showsAPartOfAPictureAtEachScale(int width, int height, int partWidth, int partHeight) {
        byte[] picture = JpegFile.quarters(width, height);

        Thumbnail middle = thumbnail(picture, new RegionBox(0.25, 0.25, 0.5, 0.5));
        Thumbnail corner = thumbnail(picture, new RegionBox(0.5, 0, 0.5, 0.5));

        assertThat(middle.width()).isEqualTo(partWidth);
        assertThat(middle.height()).isEqualTo(partHeight);
        assertQuarters(shown(middle), QUARTERS);
        assertQuarters(shown(corner), QUARTERS[1], QUARTERS[1], QUARTERS[1], QUARTERS[1]);
    }

    @Test
    void decodesASmallPartOfALargePictureFinely() {
        BufferedImage middle = shown(thumbnail(JpegFile.quarters(4008, 3000), new RegionBox(0.46, 0.46, 0.08, 0.08)));

        assertThat(middle.getRGB(middle.getWidth() / 2 - 3, 20) >> 8 & 0xff).as("green beside the green quarter")
                .isLessThan(30);
    }

    @Test
    void showsAPartOfTheUprightPicture() {
        byte[] picture = JpegFile.withExif(JpegFile.quarters(1600, 800), Exif.orientation(6, ByteOrder.LITTLE_ENDIAN));

        Thumbnail middle = thumbnail(picture, new RegionBox(0, 0.25, 1, 0.5));

        assertThat(middle.width()).isEqualTo(320);
        assertThat(middle.height()).isEqualTo(320);
        assertQuarters(shown(middle), QUARTERS[2], QUARTERS[0], QUARTERS[3], QUARTERS[1]);
    }

    @Test
    void takesRawPixels() {
        byte[] pixels = {0, 0, (byte) 255, 0, 0, (byte) 255};

        try (ThumbnailMaker maker = maker()) {
            Thumbnail thumbnail = maker.makeRaw(pixels, 2, 1, RawFormat.BGR24).orElseThrow();
            assertThat(thumbnail.width()).isEqualTo(2);
            assertColour(shown(thumbnail), 0, 0, QUARTERS[0]);
            assertThat(maker.makeRaw(pixels, 3, 1, RawFormat.BGR24)).isEmpty();
        }
    }

    @Test
    void letsNothingThroughButPixels() {
        byte[] script = "<script>alert(1)</script>".getBytes(StandardCharsets.US_ASCII);

        byte[] jpeg = thumbnail(JpegFile.withSegment(JpegFile.quarters(40, 30), 0xfe, script)).jpeg();

        assertThat(new String(jpeg, StandardCharsets.ISO_8859_1)).startsWith("\u00ff\u00d8").doesNotContain("script");
    }

    @Test
    void makesNothingOfWhatIsRefused() {
        try (ThumbnailMaker maker = maker()) {
            assertThat(maker.make(new byte[0])).isEmpty();
            assertThat(maker.make("<svg/>".getBytes(StandardCharsets.US_ASCII))).isEmpty();
            assertThat(maker.make(JpegFile.quarters(5000, 8))).isEmpty();
        }
    }

    @Test
    void refusesToWorkWhenItIsClosed() {
        ThumbnailMaker maker = maker();
        maker.close();
        maker.close();

        assertThatThrownBy(() -> maker.make(JpegFile.quarters(8, 8))).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void refusesThumbnailsOfNoPixels() {
        assertThatThrownBy(() -> new ThumbnailMaker(Pixels.EVERY_FORMAT, 0))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("0 pixels");
    }

    private static ThumbnailMaker maker() {
        return new ThumbnailMaker(
                new DecodeLimits(16 << 20, 16_000_000, 4096, ImageFormat.DEFAULTS, Truncation.REFUSE), 320);
    }

    private static Thumbnail thumbnail(byte[] picture) {
        try (ThumbnailMaker maker = maker()) {
            return maker.make(picture).orElseThrow();
        }
    }

    private static Thumbnail thumbnail(byte[] picture, RegionBox box) {
        try (ThumbnailMaker maker = maker()) {
            return maker.make(picture, new View.Region(box)).orElseThrow();
        }
    }

    private static BufferedImage shown(Thumbnail thumbnail) {
        try {
            return ImageIO.read(new ByteArrayInputStream(thumbnail.jpeg()));
        } catch (IOException e) {
            throw new AssertionError("The thumbnail cannot be read", e);
        }
    }

    private static void assertQuarters(BufferedImage picture, int[]... colours) {
        for (int i = 0; i < colours.length; i++) {
            assertColour(picture, picture.getWidth() * (1 + i % 2 * 2) / 4, picture.getHeight() * (1 + i / 2 * 2) / 4,
                    colours[i]);
        }
    }

    private static void assertColour(BufferedImage picture, int x, int y, int[] expected) {
        int rgb = picture.getRGB(x, y);
        for (int channel = 0; channel < 3; channel++) {
            assertThat(rgb >> 16 - 8 * channel & 0xff).as("channel %d at %d, %d", channel, x, y)
                    .isCloseTo(expected[channel], within(6));
        }
    }
}
