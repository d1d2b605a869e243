package io.flinkvision.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flinkvision.core.image.DecodeOutcome.Decoded;
import io.flinkvision.core.image.DecodeOutcome.Rejected;
import io.flinkvision.core.image.Preprocessing.ChannelOrder;
import io.flinkvision.core.image.Preprocessing.Interpolation;
import io.flinkvision.core.image.Preprocessing.ResizeRule;
import io.flinkvision.core.image.Reduction.JpegScale;
import io.flinkvision.core.image.RegionBox.Span;
import io.flinkvision.core.image.UprightDecoder.Upright;
import io.flinkvision.core.image.View.Region;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A region is what one gets by cropping the whole picture to its pixels, and stretching the crop. */
class RegionDecodingTest {

    private static final int SIZE = 32;
    private static final int WIDTH = 97;
    private static final int HEIGHT = 61;

    /** DQT, without which no pixel can be decoded. */
    private static final int QUANTISATION_TABLES = 0xdb;

    private static final RegionBox EVERYTHING = new RegionBox(0, 0, 1, 1);

    private static final List<RegionBox> BOXES = List.of(
            new RegionBox(0.2, 0.3, 0.5, 0.4),
            new RegionBox(0, 0, 0.1, 0.1),
            new RegionBox(0.7, 0.6, 0.3, 0.4),
            new RegionBox(0, 0.9, 1, 0.1),
            new RegionBox(0.9, 0, 0.1, 1),
            new RegionBox(0.5, 0.5, 0.001, 0.001),
            new RegionBox(0.999, 0.999, 0.001, 0.001),
            EVERYTHING);

    static Stream<Arguments> cutsAndStretchesUprightPixels() {
        byte[] jpeg = JpegFile.write(noise(BufferedImage.TYPE_INT_RGB), false);
        List<Named<byte[]>> pictures = new ArrayList<>(List.of(
                Named.of("JPEG", jpeg),
                Named.of("progressive JPEG", JpegFile.write(noise(BufferedImage.TYPE_INT_RGB), true)),
                Named.of("grey JPEG", JpegFile.greyQuarters(WIDTH, HEIGHT)),
                Named.of("PNG", png(noise(BufferedImage.TYPE_INT_RGB))),
                Named.of("PNG with opacity", png(noise(BufferedImage.TYPE_INT_ARGB))),
                Named.of("WebP", Pixels.fixture("orientation-6.webp"))));
        IntStream.rangeClosed(1, 8).forEach(orientation -> pictures.add(Named.of("orientation " + orientation,
                JpegFile.withExif(jpeg, Exif.orientation(orientation, ByteOrder.BIG_ENDIAN)))));
        return pictures.stream().flatMap(picture ->
                Arrays.stream(Interpolation.values()).map(filter -> Arguments.of(picture, filter)));
    }

    @ParameterizedTest
    @MethodSource
    void cutsAndStretchesUprightPixels(byte[] picture, Interpolation interpolation) throws MalformedImageException {
        Crop whole = wholeOf(picture);
        List<View> views = new ArrayList<>(regions(BOXES));
        views.add(View.WHOLE);
        try (ImageDecoder decoder = decoder(new ResizeRule.Letterbox(77), interpolation)) {
            Decoded decoded = (Decoded) decoder.decode(picture, views);

            for (int i = 0; i < BOXES.size(); i++) {
                assertThat(decoded.views().get(i).samples()).as(BOXES.get(i).toString())
                        .isEqualTo(whole.of(BOXES.get(i)).stretched(interpolation));
            }
            assertThat(decoded.views().get(BOXES.size()).samples())
                    .isEqualTo(((Decoded) decoder.decode(picture)).input().samples());
        }
    }

    static Stream<ResizeRule> aCropIsPreparedAsAPictureThatWasCutBeforehand() {
        return Stream.of(new ResizeRule.Stretch(), new ResizeRule.ShorterSide(40), new ResizeRule.Letterbox(77));
    }

    @ParameterizedTest
    @MethodSource
    void aCropIsPreparedAsAPictureThatWasCutBeforehand(ResizeRule rule) throws MalformedImageException {
        byte[] picture = JpegFile.withExif(JpegFile.write(noise(BufferedImage.TYPE_INT_RGB), false),
                Exif.orientation(6, ByteOrder.BIG_ENDIAN));
        Crop whole = wholeOf(picture);
        // Among regions, since each view has a geometry of its own.
        List<View> views = BOXES.stream().<View>flatMap(box -> Stream.of(new Region(box), new View.Crop(box))).toList();
        try (ImageDecoder decoder = decoder(rule, Interpolation.BICUBIC)) {
            List<RgbImage> inputs = ((Decoded) decoder.decode(picture, views)).views();

            for (int i = 0; i < BOXES.size(); i++) {
                assertThat(inputs.get(2 * i + 1).samples()).as(BOXES.get(i).toString())
                        .isEqualTo(whole.of(BOXES.get(i)).prepared(rule, Interpolation.BICUBIC));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(RawFormat.class)
    void pixelsThatAreNotEncodedAreCutToo(RawFormat format) {
        byte[] pixels = new byte[WIDTH * HEIGHT * format.channels()];
        new Random(5).nextBytes(pixels);
        try (ImageDecoder decoder = decoder(new ResizeRule.ShorterSide(40), Interpolation.BICUBIC)) {
            Decoded decoded = (Decoded) decoder.decodeRaw(pixels, WIDTH, HEIGHT, format, regions(BOXES));

            Crop whole = new Crop(pixels, WIDTH, HEIGHT, format);
            for (int i = 0; i < BOXES.size(); i++) {
                assertThat(decoded.views().get(i).samples()).as(BOXES.get(i).toString())
                        .isEqualTo(whole.of(BOXES.get(i)).stretched(Interpolation.BICUBIC));
            }
        }
    }

    @Test
    void fortyRegionsAreEachAsIfTheyWereAlone() {
        byte[] pixels = new byte[320 * 180 * 3];
        new Random(11).nextBytes(pixels);
        List<RegionBox> boxes = IntStream.rangeClosed(1, 40)
                .mapToObj(i -> new RegionBox(0.01 * i, 0.02 * i, 0.015 * i, 0.2 - 0.004 * i)).toList();
        try (ImageDecoder decoder = decoder(new ResizeRule.ShorterSide(40), Interpolation.BILINEAR)) {
            for (int picture = 0; picture < 2; picture++) {
                List<RgbImage> together = ((Decoded) decoder.decodeRaw(
                        pixels, 320, 180, RawFormat.RGB24, regions(boxes))).views();
                for (int i = 0; i < boxes.size(); i++) {
                    assertThat(together.get(i).samples()).as(boxes.get(i).toString())
                            .isEqualTo(new Crop(pixels, 320, 180, RawFormat.RGB24).of(boxes.get(i))
                                    .stretched(Interpolation.BILINEAR));
                }
            }
        }
    }

    @Test
    void aRegionOfOnePixelIsPlain() {
        byte[] pixels = new byte[WIDTH * HEIGHT];
        int x = 96;
        int y = 60;
        pixels[y * WIDTH + x] = 99;
        try (ImageDecoder decoder = decoder(new ResizeRule.Stretch(), Interpolation.BICUBIC)) {
            Decoded decoded = (Decoded) decoder.decodeRaw(pixels, WIDTH, HEIGHT, RawFormat.GRAY8,
                    regions(List.of(new RegionBox((double) x / WIDTH, (double) y / HEIGHT, 1e-9, 1e-9))));

            assertThat(decoded.input().samples()).containsOnly(99);
        }
    }

    @Test
    void aBoxOfEverythingIsTheStretchedPicture() {
        byte[] picture = JpegFile.quarters(WIDTH, HEIGHT);
        try (ImageDecoder cutting = decoder(new ResizeRule.ShorterSide(40), Interpolation.BILINEAR);
                ImageDecoder stretching = decoder(new ResizeRule.Stretch(), Interpolation.BILINEAR)) {
            Decoded decoded = (Decoded) cutting.decode(picture, regions(List.of(EVERYTHING)));

            assertThat(decoded.input().samples())
                    .isEqualTo(((Decoded) stretching.decode(picture)).input().samples());
        }
    }

    @Test
    void theViewsComeInTheOrderInWhichTheyWereAskedFor() {
        RegionBox red = new RegionBox(0.1, 0.1, 0.2, 0.2);
        RegionBox blue = new RegionBox(0.1, 0.7, 0.2, 0.2);
        try (ImageDecoder decoder = decoder(new ResizeRule.Stretch(), Interpolation.BILINEAR)) {
            Decoded decoded = (Decoded) decoder.decode(
                    JpegFile.quarters(160, 160), regions(List.of(red, blue, red)));

            assertThat(decoded.views()).extracting(view -> view.samples()[0] & 0xff)
                    .satisfiesExactly(r -> assertThat(r).isGreaterThan(200), r -> assertThat(r).isLessThan(50),
                            r -> assertThat(r).isGreaterThan(200));
            assertThat(decoded.width()).isEqualTo(160);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void inAReducedPictureTheSidesLieWithinPixels(int orientation) {
        byte[] jpeg = JpegFile.withExif(JpegFile.write(slopes(701, 503), false),
                Exif.orientation(orientation, ByteOrder.BIG_ENDIAN));
        List<View> views = regions(List.of(
                new RegionBox(0.101, 0.203, 0.555, 0.601), new RegionBox(0.4, 0.4, 0.6, 0.6),
                new RegionBox(0, 0, 0.507, 0.513)));
        Preprocessing preprocessing = preprocessing(new ResizeRule.Stretch(), Interpolation.BILINEAR);
        try (ImageDecoder whole = new ImageDecoder(Pixels.EVERY_FORMAT, preprocessing, Reduction.NONE);
                ImageDecoder reducing = new ImageDecoder(Pixels.EVERY_FORMAT, preprocessing, Reduction.FASTER)) {
            List<RgbImage> expected = ((Decoded) whole.decode(jpeg, views)).views();
            List<RgbImage> actual = ((Decoded) reducing.decode(jpeg, views)).views();

            for (int i = 0; i < views.size(); i++) {
                // The slopes rise by 0.36 per column, and by 0.51 per row.
                assertThat(meanDifference(expected.get(i), actual.get(i), 0)).isCloseTo(0, within(0.1));
                assertThat(meanDifference(expected.get(i), actual.get(i), 1)).isCloseTo(0, within(0.1));
            }
        }
    }

    @Test
    void withoutViewsOnlyTheHeaderIsRead() {
        byte[] jpeg = JpegFile.withExif(JpegFile.quarters(96, 32), Exif.orientation(6, ByteOrder.BIG_ENDIAN));
        byte[] broken = JpegFile.withoutSegment(jpeg, QUANTISATION_TABLES);
        try (ImageDecoder decoder = decoder(new ResizeRule.Stretch(), Interpolation.BILINEAR)) {
            assertThat(decoder.decode(broken)).isInstanceOf(Rejected.class);
            assertThat(decoder.decode(broken, List.of())).isEqualTo(new Decoded(32, 96, "jpeg", List.of()));
            assertThat(decoder.decode(Arrays.copyOf(jpeg, jpeg.length - 2), List.of()))
                    .isInstanceOfSatisfying(Rejected.class,
                            rejected -> assertThat(rejected.code()).isEqualTo(ErrorCode.TRUNCATED));
            assertThat(decoder.decode(new byte[0], List.of())).isInstanceOf(Rejected.class);
        }
    }

    @Test
    void withoutViewsPixelsThatAreNotEncodedAreOnlyChecked() {
        try (ImageDecoder decoder = decoder(new ResizeRule.Stretch(), Interpolation.BILINEAR)) {
            assertThat(decoder.decodeRaw(new byte[6], 3, 2, RawFormat.GRAY8, List.of()))
                    .isEqualTo(new Decoded(3, 2, "gray8", List.of()));
            assertThat(decoder.decodeRaw(new byte[5], 3, 2, RawFormat.GRAY8, List.of()))
                    .isInstanceOfSatisfying(Rejected.class,
                            rejected -> assertThat(rejected.code()).isEqualTo(ErrorCode.INVALID_HEADERS));
        }
    }

    /** Pixels that are not encoded. */
    private record Crop(byte[] pixels, int width, int height, RawFormat format) {

        Crop of(RegionBox box) {
            Span columns = box.columns(width);
            Span rows = box.rows(height);
            int channels = format.channels();
            byte[] crop = new byte[rows.length() * columns.length() * channels];
            for (int row = 0; row < rows.length(); row++) {
                System.arraycopy(pixels, ((rows.start() + row) * width + columns.start()) * channels,
                        crop, row * columns.length() * channels, columns.length() * channels);
            }
            return new Crop(crop, columns.length(), rows.length(), format);
        }

        byte[] stretched(Interpolation interpolation) {
            return prepared(new ResizeRule.Stretch(), interpolation);
        }

        byte[] prepared(ResizeRule rule, Interpolation interpolation) {
            try (ImageDecoder decoder = decoder(rule, interpolation)) {
                return ((Decoded) decoder.decodeRaw(pixels, width, height, format)).input().samples();
            }
        }
    }

    private static Crop wholeOf(byte[] picture) throws MalformedImageException {
        try (UprightDecoder decoder = new UprightDecoder(Pixels.EVERY_FORMAT)) {
            Upright upright = decoder.decode(picture, (width, height) -> JpegScale.WHOLE);
            return new Crop(Pixels.of(upright.bgr()), upright.width(), upright.height(), RawFormat.BGR24);
        }
    }

    private static List<View> regions(List<RegionBox> boxes) {
        return boxes.stream().<View>map(Region::new).toList();
    }

    private static ImageDecoder decoder(ResizeRule rule, Interpolation interpolation) {
        return new ImageDecoder(Pixels.EVERY_FORMAT, preprocessing(rule, interpolation), Reduction.NONE);
    }

    private static Preprocessing preprocessing(ResizeRule rule, Interpolation interpolation) {
        return new Preprocessing(SIZE, rule, interpolation, ChannelOrder.RGB, Preprocessing.IMAGENET_MEAN,
                Preprocessing.IMAGENET_STANDARD_DEVIATION);
    }

    private static BufferedImage noise(int type) {
        BufferedImage picture = new BufferedImage(WIDTH, HEIGHT, type);
        Random random = new Random(3);
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                picture.setRGB(x, y, random.nextInt());
            }
        }
        return picture;
    }

    /** Red rises from the left to the right, green from the top to the bottom. */
    private static BufferedImage slopes(int width, int height) {
        BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                picture.setRGB(x, y, 255 * x / width << 16 | 255 * y / height << 8);
            }
        }
        return picture;
    }

    private static byte[] png(BufferedImage picture) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try {
            ImageIO.write(picture, "png", file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file.toByteArray();
    }

    private static double meanDifference(RgbImage one, RgbImage other, int channel) {
        return IntStream.range(0, SIZE * SIZE)
                .map(i -> (one.samples()[3 * i + channel] & 0xff) - (other.samples()[3 * i + channel] & 0xff))
                .average()
                .orElseThrow();
    }
}
