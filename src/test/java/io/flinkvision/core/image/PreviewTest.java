package io.flinkvision.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.flinkvision.core.image.DecodeOutcome.Decoded;
import io.flinkvision.core.image.ImageDecoder.Measuring;
import io.flinkvision.core.image.Preprocessing.ChannelOrder;
import io.flinkvision.core.image.Preprocessing.CropRounding;
import io.flinkvision.core.image.Preprocessing.Interpolation;
import io.flinkvision.core.image.Preprocessing.ResizeRule;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a preview shows of a picture, and of which pictures there is none. */
class PreviewTest {

    private static final int WIDTH = 1027;
    private static final int HEIGHT = 771;

    /** Half a pixel of the preview on either side of a cell, on the slopes of the picture below. */
    private static final double TOLERANCE = 3;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void itsFingerprintsAreThoseOfTheDecodedPicture(int orientation) {
        byte[] jpeg = JpegFile.withExif(slopes(WIDTH, HEIGHT, 0), Exif.orientation(orientation, ByteOrder.BIG_ENDIAN));
        List<View> views = List.of(View.WHOLE, new View.Region(new RegionBox(0, 0.1, 0.35, 0.8)),
                new View.Region(new RegionBox(0.55, 0.5, 0.45, 0.5)));
        for (ResizeRule resize : List.of(new ResizeRule.Stretch(),
                new ResizeRule.ShorterSide(256, CropRounding.DOWN))) {
            try (ImageDecoder decoder = decoder(resize)) {
                Decoded decoded = (Decoded) decoder.decode(jpeg, views);
                Preview preview = decoder.preview(jpeg, views).orElseThrow();

                assertThat(preview.width()).isEqualTo(decoded.width());
                assertThat(preview.height()).isEqualTo(decoded.height());
                assertThat(preview.format()).isEqualTo(decoded.format());
                assertThat(preview.digest()).isEqualTo(decoded.statistics().orElseThrow().digest());
                for (int i = 0; i < views.size(); i++) {
                    assertNear(preview.views().get(i).orElseThrow(), ImageFingerprint.of(decoded.views().get(i)));
                }
            }
        }
    }

    private static void assertNear(PreviewFingerprint actual, ImageFingerprint expected) {
        assertThat(actual.columns()).isEqualTo(ImageFingerprint.SIDE);
        for (int cell = 0; cell < expected.cells().length; cell++) {
            assertThat((double) (actual.cells()[cell] & 0xff))
                    .isCloseTo(expected.cells()[cell] & 0xff, within(TOLERANCE));
        }
    }

    @Test
    void theBrightnessIsThatOfThePicture() {
        double dark = preview(slopes(640, 480, 0)).orElseThrow().brightness();

        assertThat(preview(slopes(640, 480, 10)).orElseThrow().brightness() - dark).isCloseTo(10, within(0.1));
    }

    @Test
    void aSmallViewIsComparedByThePixel() {
        byte[] jpeg = slopes(640, 480, 0);
        PreviewFingerprint small =
                preview(jpeg, new RegionBox(0.5, 0.5, 56 / 640.0, 40 / 480.0)).orElseThrow();

        assertThat(small.columns()).isEqualTo(7);
        assertThat(small.cells()).hasSize(7 * 5);
        assertThat(preview(jpeg, new RegionBox(0.5, 0.5, 32 / 640.0, 32 / 480.0))).isPresent();
        assertThat(preview(jpeg, new RegionBox(0.5, 0.5, 24 / 640.0, 0.5))).isEmpty();
        assertThat(preview(jpeg, new RegionBox(0.5, 0.5, 0.5, 24 / 480.0))).isEmpty();
    }

    @Test
    void thereIsNoneOfOtherFormatsNorOfWhatIsRefused() {
        assertThat(preview(Pixels.fixture("orientation-6.webp"))).isEmpty();
        assertThat(preview(new byte[0])).isEmpty();
        assertThat(preview(new byte[] {1, 2, 3})).isEmpty();
        byte[] jpeg = slopes(640, 480, 0);
        assertThat(preview(Arrays.copyOf(jpeg, jpeg.length / 2))).isEmpty();
        try (ImageDecoder strict = new ImageDecoder(
                DecodeLimits.DEFAULTS.withMaxBytes(jpeg.length - 1), Pixels.UNMIXED)) {
            assertThat(strict.preview(jpeg, List.of(View.WHOLE))).isEmpty();
        }
    }

    @Test
    void fingerprintsDifferFromSomeLevelsOnAndByTheirGrid() {
        PreviewFingerprint fingerprint = new PreviewFingerprint(2, new byte[] {0, 10, (byte) 200, 30});

        assertThat(fingerprint.differsByLessThan(1, fingerprint)).isTrue();
        assertThat(fingerprint.differsByLessThan(8, new PreviewFingerprint(2, new byte[] {7, 3, (byte) 207, 30})))
                .isTrue();
        assertThat(fingerprint.differsByLessThan(8, new PreviewFingerprint(2, new byte[] {0, 10, (byte) 192, 30})))
                .isFalse();
        assertThat(fingerprint.differsByLessThan(255, new PreviewFingerprint(4, fingerprint.cells()))).isFalse();
        assertThatIllegalArgumentException().isThrownBy(() -> new PreviewFingerprint(3, new byte[4]))
                .withMessageContaining("3 columns").withMessageContaining("4 cells");
    }

    private static Optional<Preview> preview(byte[] picture) {
        try (ImageDecoder decoder = decoder(new ResizeRule.Stretch())) {
            return decoder.preview(picture, List.of(View.WHOLE));
        }
    }

    private static Optional<PreviewFingerprint> preview(byte[] jpeg, RegionBox box) {
        try (ImageDecoder decoder = decoder(new ResizeRule.Stretch())) {
            return decoder.preview(jpeg, List.of(new View.Region(box))).orElseThrow().views().get(0);
        }
    }

    private static ImageDecoder decoder(ResizeRule resize) {
        return new ImageDecoder(DecodeLimits.DEFAULTS, new Preprocessing(224, resize, Interpolation.BILINEAR,
                ChannelOrder.RGB, Preprocessing.IMAGENET_MEAN, Preprocessing.IMAGENET_STANDARD_DEVIATION),
                Reduction.NONE, Measuring.STATISTICS);
    }

    /** Lighter to the right, and less so towards the bottom: no orientation looks like another. */
    private static byte[] slopes(int width, int height, int lighter) {
        BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = picture.createGraphics();
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int grey = 30 + 110 * x / width + 60 * y / height + lighter;
                graphics.setColor(new Color(grey, grey, grey));
                graphics.fillRect(x, y, 1, 1);
            }
        }
        graphics.dispose();
        return JpegFile.write(picture, false);
    }
}
