package io.flinkvision.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flinkvision.core.image.DecodeLimits.Truncation;
import io.flinkvision.core.image.DecodeOutcome.Decoded;
import io.flinkvision.core.image.DecodeOutcome.Rejected;
import io.flinkvision.core.image.Preprocessing.ChannelOrder;
import io.flinkvision.core.image.Preprocessing.Interpolation;
import io.flinkvision.core.image.Preprocessing.ResizeRule;
import io.flinkvision.core.image.Reduction.JpegScale;
import io.flinkvision.core.image.UprightDecoder.Upright;
import io.flinkvision.core.image.View.Region;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReductionTest {

    private static final int SIZE = 32;
    private static final Preprocessing STRETCHED = preprocessing(new ResizeRule.Stretch());

    /** What another filter makes of the edges of the squares, in the mean of all samples. */
    private static final double MOST_DIFFERENCE = 7;

    @ParameterizedTest
    @CsvSource({
        "640, 480, WHOLE", "1280, 720, HALF", "1434, 1434, QUARTER", "1433, 1433, HALF", "717, 717, HALF",
        "716, 2000, WHOLE", "2867, 2867, QUARTER", "2868, 2868, EIGHTH", "16000, 16000, EIGHTH", "1, 1, WHOLE"
    })
    void leavesTheMarginOnTheShorterSide(int width, int height, JpegScale scale) {
        Preprocessing imageNet = imageNet();

        assertThat(Reduction.FASTER.scale(width, height, List.of(View.WHOLE), imageNet)).isEqualTo(scale);
        assertThat(Reduction.NONE.scale(width, height, List.of(View.WHOLE), imageNet)).isEqualTo(JpegScale.WHOLE);
    }

    @ParameterizedTest
    @CsvSource({
        "640, 480, WHOLE", "1280, 720, WHOLE", "1023, 1023, WHOLE", "1024, 1024, HALF", "1920, 1080, HALF",
        "1080, 1920, HALF", "2560, 1440, HALF", "2048, 2047, HALF", "2048, 2048, QUARTER", "3840, 2160, QUARTER",
        "4096, 4095, QUARTER", "4096, 4096, EIGHTH"
    })
    void autoLeavesTwiceTheShorterSide(int width, int height, JpegScale scale) {
        assertThat(Reduction.AUTO.scale(width, height, List.of(View.WHOLE), imageNet())).isEqualTo(scale);
    }

    @ParameterizedTest
    @ValueSource(strings = {"auto", "true", "false"})
    void aSettingIsReadAndPrinted(String setting) {
        assertThat(Reduction.of(setting)).hasToString(setting);
    }

    @Test
    void aSettingReducesNoLessThanAMoreCarefulOne() {
        assertThat(List.of(Reduction.of("true"), Reduction.of("auto"), Reduction.of("false")))
                .isSortedAccordingTo(Comparator.comparingDouble(Reduction::margin))
                .doesNotHaveDuplicates();
    }

    @Test
    void aDecoderReducesAsAJobDoesByDefault() {
        byte[] jpeg = squares(193, 197);
        try (ImageDecoder decoder = new ImageDecoder(Pixels.EVERY_FORMAT, STRETCHED)) {
            assertThat(difference((Decoded) decoder.decode(jpeg), decoded(jpeg, Reduction.DEFAULT, STRETCHED)))
                    .isZero();
            assertThat(difference(decoded(jpeg, Reduction.AUTO, STRETCHED), decoded(jpeg, Reduction.NONE, STRETCHED)))
                    .isPositive();
        }
    }

    @Test
    void leavesTheMarginOnBothAxesOfAStretchedPicture() {
        assertThat(Reduction.FASTER.scale(4000, 50, List.of(View.WHOLE), STRETCHED)).isEqualTo(JpegScale.WHOLE);
        assertThat(Reduction.FASTER.scale(4000, 100, List.of(View.WHOLE), STRETCHED)).isEqualTo(JpegScale.HALF);
        assertThat(Reduction.FASTER.scale(100, 4000, List.of(View.WHOLE), STRETCHED)).isEqualTo(JpegScale.HALF);
    }

    /** A box that ends at the lower right corner, and the scale of a picture that is cut for a network of 224. */
    @ParameterizedTest
    @CsvSource({
        // 224 * 1.4 are 313.6 pixels.
        "1280, 720, 1, 1, HALF",
        "1280, 720, 0.5, 0.5, WHOLE",
        "1280, 720, 0.5, 0.9, HALF",
        "1280, 720, 0.49, 0.9, WHOLE",
        "1280, 720, 0.9, 0.4, WHOLE",
        "4000, 3000, 1, 1, EIGHTH",
        "4000, 3000, 0.63, 0.9, EIGHTH",
        "4000, 3000, 0.62, 0.9, QUARTER",
        "4000, 3000, 0.3, 0.3, HALF",
        "4000, 3000, 0.2, 0.3, HALF",
        "4000, 3000, 0.3, 0.2, WHOLE",
        "4000, 3000, 0.01, 0.01, WHOLE",
        "4000, 3000, 0.01, 1, WHOLE"
    })
    void leavesTheMarginInARegion(int width, int height, double columns, double rows, JpegScale scale) {
        Preprocessing imageNet = imageNet();
        List<View> region = List.of(new Region(new RegionBox(1 - columns, 1 - rows, columns, rows)));

        assertThat(Reduction.FASTER.scale(width, height, region, imageNet)).isEqualTo(scale);
        assertThat(Reduction.NONE.scale(width, height, region, imageNet)).isEqualTo(JpegScale.WHOLE);
    }

    @Test
    void followsTheViewThatNeedsTheMostPixels() {
        View half = new Region(new RegionBox(0, 0, 0.3, 0.3));
        View quarter = new Region(new RegionBox(0.1, 0.1, 0.62, 0.9));

        assertThat(scale(List.of(View.WHOLE))).isEqualTo(JpegScale.EIGHTH);
        assertThat(scale(List.of(View.WHOLE, quarter))).isEqualTo(JpegScale.QUARTER);
        assertThat(scale(List.of(quarter, View.WHOLE))).isEqualTo(JpegScale.QUARTER);
        assertThat(scale(List.of(quarter, half, View.WHOLE))).isEqualTo(JpegScale.HALF);
        assertThat(scale(List.of(quarter, half, View.WHOLE, new Region(new RegionBox(0, 0, 0.01, 0.01)))))
                .isEqualTo(JpegScale.WHOLE);
    }

    private static JpegScale scale(List<View> views) {
        return Reduction.FASTER.scale(4000, 3000, views, imageNet());
    }

    static Stream<Arguments> oddSizesInAllOrientations() {
        return IntStream.rangeClosed(1, 8).boxed().flatMap(orientation -> Stream.of(
                Arguments.of(orientation, 97, 101), Arguments.of(orientation, 193, 197),
                Arguments.of(orientation, 385, 393), Arguments.of(orientation, 391, 1001)));
    }

    @ParameterizedTest
    @MethodSource
    void oddSizesInAllOrientations(int orientation, int width, int height) {
        byte[] upright = squares(width, height);
        byte[] jpeg = JpegFile.withExif(upright, Exif.orientation(orientation, ByteOrder.BIG_ENDIAN));

        for (ResizeRule rule : List.of(new ResizeRule.Stretch(), new ResizeRule.Letterbox(0))) {
            Decoded whole = decoded(jpeg, Reduction.NONE, preprocessing(rule));
            Decoded reduced = decoded(jpeg, Reduction.FASTER, preprocessing(rule));
            assertThat(reduced.width()).isEqualTo(orientation < 5 ? width : height);
            assertThat(reduced.height()).isEqualTo(orientation < 5 ? height : width);
            double difference = difference(
                    decoded(upright, Reduction.NONE, preprocessing(rule)),
                    decoded(upright, Reduction.FASTER, preprocessing(rule)));
            assertThat(difference).as(rule.toString()).isBetween(0.01, MOST_DIFFERENCE);
            assertThat(difference(whole, reduced)).as(rule.toString()).isCloseTo(difference, within(0.05));
        }
    }

    @Test
    void reducesProgressiveAndGreyPicturesToo() throws MalformedImageException {
        for (byte[] jpeg : new byte[][] {
            JpegFile.progressiveQuarters(401, 403), JpegFile.greyQuarters(401, 403), JpegFile.quarters(401, 403)
        }) {
            try (UprightDecoder decoder = new UprightDecoder(Pixels.EVERY_FORMAT)) {
                assertThat(decoder.decode(jpeg, (width, height) -> JpegScale.QUARTER).bgr().size())
                        .hasToString("101x101");
            }
            assertThat(difference(decoded(jpeg, Reduction.NONE, STRETCHED),
                    decoded(jpeg, Reduction.FASTER, STRETCHED))).isLessThan(MOST_DIFFERENCE);
        }
    }

    @Test
    void leavesOtherFormatsAsTheyAre() throws MalformedImageException {
        try (UprightDecoder decoder = new UprightDecoder(Pixels.EVERY_FORMAT)) {
            Upright picture = decoder.decode(Pixels.fixture("lossy.webp"), (width, height) -> JpegScale.EIGHTH);

            assertThat(picture.scale()).isEqualTo(JpegScale.WHOLE);
            assertThat(picture.bgr().cols()).isEqualTo(picture.width());
        }
    }

    @Test
    void holdsTheWholeSizeAgainstTheLimits() {
        DecodeLimits limits = new DecodeLimits(
                1 << 20, 100 * 100, 4096, ImageFormat.DEFAULTS, Truncation.REFUSE);
        try (ImageDecoder decoder = new ImageDecoder(limits, STRETCHED, Reduction.FASTER)) {
            assertThat(((Rejected) decoder.decode(JpegFile.quarters(101, 100))).code()).isEqualTo(ErrorCode.TOO_LARGE);
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.99, -1, Double.NaN})
    void refusesMarginsThatLeaveTooFewPixels(double margin) {
        assertThatThrownBy(() -> new Reduction(margin))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining(Double.toString(margin));
    }

    private static Preprocessing imageNet() {
        return new Preprocessing(224, new ResizeRule.ShorterSide(256), Interpolation.BILINEAR, ChannelOrder.RGB,
                Preprocessing.IMAGENET_MEAN, Preprocessing.IMAGENET_STANDARD_DEVIATION);
    }

    private static Preprocessing preprocessing(ResizeRule rule) {
        return new Preprocessing(SIZE, rule, Interpolation.BILINEAR, ChannelOrder.RGB, Preprocessing.IMAGENET_MEAN,
                Preprocessing.IMAGENET_STANDARD_DEVIATION);
    }

    private static Decoded decoded(byte[] picture, Reduction reduction, Preprocessing preprocessing) {
        try (ImageDecoder decoder = new ImageDecoder(Pixels.EVERY_FORMAT, preprocessing, reduction)) {
            return (Decoded) decoder.decode(picture);
        }
    }

    /** A chessboard, which shows by its edges when it is moved by a part of a pixel. */
    private static byte[] squares(int width, int height) {
        BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
        Graphics2D graphics = picture.createGraphics();
        graphics.setColor(Color.YELLOW);
        int columns = 8;
        for (int i = 0; i < columns * columns; i += 2) {
            int row = i / columns;
            int column = i % columns + row % 2;
            graphics.fillRect(column * width / columns, row * height / columns,
                    width / columns + 1, height / columns + 1);
        }
        graphics.dispose();
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try {
            ImageIO.write(picture, "jpg", file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return file.toByteArray();
    }

    private static double difference(Decoded one, Decoded other) {
        byte[] samples = one.input().samples();
        byte[] others = other.input().samples();
        return IntStream.range(0, samples.length)
                .map(i -> Math.abs((samples[i] & 0xff) - (others[i] & 0xff)))
                .average()
                .orElseThrow();
    }
}
