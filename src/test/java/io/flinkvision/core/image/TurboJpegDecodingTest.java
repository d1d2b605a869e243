package io.flinkvision.core.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.AllocatedBytes;
import io.flinkvision.core.image.Reduction.JpegScale;
import io.flinkvision.core.image.UprightDecoder.Upright;
import io.flinkvision.core.natives.TurboJpeg;
import io.flinkvision.core.natives.TurboJpegOfTests;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.MatOfByte;
import org.opencv.core.MatOfInt;
import org.opencv.imgcodecs.Imgcodecs;

/** What becomes of a picture does not depend on whether libturbojpeg is installed. */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64")
class TurboJpegDecodingTest {

    private static final int MUTATIONS = 1500;

    private static UprightDecoder withLibrary;
    private static UprightDecoder withoutLibrary;

    @BeforeAll
    static void open() {
        withLibrary = new UprightDecoder(Pixels.TRUNCATED_TOO, () -> Optional.of(TurboJpegOfTests.open()));
        withoutLibrary = new UprightDecoder(Pixels.TRUNCATED_TOO, Optional::empty);
    }

    @AfterAll
    static void close() {
        withLibrary.close();
        withoutLibrary.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {
        Imgcodecs.IMWRITE_JPEG_SAMPLING_FACTOR_411, Imgcodecs.IMWRITE_JPEG_SAMPLING_FACTOR_420,
        Imgcodecs.IMWRITE_JPEG_SAMPLING_FACTOR_422, Imgcodecs.IMWRITE_JPEG_SAMPLING_FACTOR_440,
        Imgcodecs.IMWRITE_JPEG_SAMPLING_FACTOR_444
    })
    void decodesEverySubsamplingToTheSamePixels(int subsampling) {
        for (int progressive = 0; progressive < 2; progressive++) {
            for (int size = 1; size < 70; size += 3) {
                byte[] jpeg = colourful(size, 71 - size, subsampling, progressive);
                assertDecodes(jpeg, size, 71 - size);
                assertSame(jpeg, JpegScale.WHOLE);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(JpegScale.class)
    void decodesAtEveryScaleToTheSamePixels(JpegScale scale) {
        byte[] jpeg = colourful(213, 107, Imgcodecs.IMWRITE_JPEG_SAMPLING_FACTOR_420, 0);

        assertSame(jpeg, scale);
        assertSame(JpegFile.withExif(jpeg, Exif.orientation(6, ByteOrder.LITTLE_ENDIAN)), scale);
        assertSame(JpegFile.greyQuarters(213, 107), scale);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cmyk.jpg", "ycck.jpg", "adobe-rgb.jpg"})
    void leavesOtherColoursAsTheyAre(String name) {
        assertSame(Pixels.fixture(name), JpegScale.WHOLE);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void thePreviewIsTheSameToo(int progressive) {
        byte[] jpeg = colourful(213, 107, Imgcodecs.IMWRITE_JPEG_SAMPLING_FACTOR_420, progressive);

        assertThat(preview(withLibrary, jpeg)).startsWith("213 x 107 27x14 ")
                .isEqualTo(preview(withoutLibrary, jpeg));
        assertThat(previewIsDecoded(jpeg, 213, 107)).as("libturbojpeg decodes it").isTrue();
        assertThat(previewIsDecoded(jpeg, 107, 213)).isFalse();
        for (byte[] other : List.of(JpegFile.withExif(jpeg, Exif.orientation(6, ByteOrder.LITTLE_ENDIAN)),
                JpegFile.greyQuarters(213, 107), Pixels.fixture("cmyk.jpg"), Pixels.fixture("ycck.jpg"))) {
            assertThat(preview(withLibrary, other)).isEqualTo(preview(withoutLibrary, other));
        }
    }

    @ParameterizedTest
    @MethodSource("pictures")
    void previewsOfDamagedPicturesHaveTheSameOutcome(byte[] picture) {
        Random random = new Random(20_261_129);
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] damaged = Damage.of(picture, random);
            assertThat(preview(withLibrary, damaged)).isEqualTo(preview(withoutLibrary, damaged));
        }
    }

    @ParameterizedTest
    @MethodSource("pictures")
    void damagedPicturesHaveTheSameOutcome(byte[] picture) {
        Random random = new Random(20_261_127);
        for (int i = 0; i < MUTATIONS; i++) {
            assertSame(Damage.of(picture, random), JpegScale.WHOLE);
        }
    }

    @ParameterizedTest
    @MethodSource("pictures")
    void cutPicturesHaveTheSameOutcome(byte[] picture) {
        for (int length = picture.length; length > 0; length -= 7) {
            assertSame(Arrays.copyOf(picture, length), JpegScale.WHOLE);
        }
    }

    @Test
    void aPictureOfAnotherSizeThanItsHeaderSaysIsNotDecoded() {
        byte[] jpeg = JpegFile.quarters(32, 16);

        assertDecodes(jpeg, 32, 16);
        assertThat(decodes(jpeg, 16, 16)).isFalse();
        assertThat(decodes(jpeg, 32, 8)).isFalse();
    }

    @Test
    void allocatesLittleOnTheHeap() {
        byte[] jpeg = JpegFile.quarters(640, 480);

        assertThat(AllocatedBytes.inTheSteadyState(() -> {
            try {
                withLibrary.decode(jpeg, (width, height) -> JpegScale.WHOLE);
            } catch (MalformedImageException e) {
                throw new AssertionError(e);
            }
        })).isLessThan(4_000);
    }

    static Stream<byte[]> pictures() {
        return Stream.of(
                colourful(40, 30, Imgcodecs.IMWRITE_JPEG_SAMPLING_FACTOR_420, 0),
                colourful(33, 17, Imgcodecs.IMWRITE_JPEG_SAMPLING_FACTOR_422, 1),
                JpegFile.greyQuarters(32, 32),
                Pixels.fixture("cmyk.jpg"));
    }

    private static void assertDecodes(byte[] jpeg, int width, int height) {
        assertThat(decodes(jpeg, width, height)).as("libturbojpeg decodes it").isTrue();
    }

    private static boolean decodes(byte[] jpeg, int width, int height) {
        OpenCvLibrary.load();
        Mat encoded = new MatOfByte(jpeg);
        Mat bgr = new Mat(height, width, CvType.CV_8UC3);
        try (TurboJpeg library = TurboJpegOfTests.open()) {
            return library.decode(encoded.dataAddr(), jpeg.length, width, height, bgr.dataAddr(), width, height);
        } finally {
            encoded.release();
            bgr.release();
        }
    }

    private static boolean previewIsDecoded(byte[] jpeg, int width, int height) {
        Mat encoded = new MatOfByte(jpeg);
        Mat grey = new Mat(JpegScale.EIGHTH.pixels(height), JpegScale.EIGHTH.pixels(width), CvType.CV_8UC1);
        try (TurboJpeg library = TurboJpegOfTests.open()) {
            return library.decodeGrey(
                    encoded.dataAddr(), jpeg.length, width, height, grey.dataAddr(), grey.cols(), grey.rows());
        } finally {
            encoded.release();
            grey.release();
        }
    }

    private static String preview(UprightDecoder decoder, byte[] jpeg) {
        try {
            return decoder.decodePreview(jpeg).map(TurboJpegDecodingTest::text).orElse("no JPEG");
        } catch (MalformedImageException e) {
            return e.code() + " " + e.getMessage();
        }
    }

    private static void assertSame(byte[] jpeg, JpegScale scale) {
        assertThat(outcome(withLibrary, jpeg, scale)).isEqualTo(outcome(withoutLibrary, jpeg, scale));
    }

    /** Sizes and pixels, or why there are none. */
    private static String outcome(UprightDecoder decoder, byte[] jpeg, JpegScale scale) {
        try {
            return text(decoder.decode(jpeg, (width, height) -> scale));
        } catch (MalformedImageException e) {
            return e.code() + " " + e.getMessage();
        }
    }

    private static String text(Upright picture) {
        return picture.width() + " x " + picture.height() + " " + picture.bgr().size() + " "
                + picture.left() + " " + picture.top() + " " + Arrays.toString(Pixels.of(picture.bgr()));
    }

    /** Slopes, edges and noise, so that every filter shows. */
    private static byte[] colourful(int width, int height, int subsampling, int progressive) {
        OpenCvLibrary.load();
        BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
        Graphics2D graphics = picture.createGraphics();
        graphics.setPaint(new GradientPaint(0, 0, Color.ORANGE, width, height, Color.BLUE));
        graphics.fillRect(0, 0, width, height);
        graphics.setColor(Color.GREEN);
        graphics.fillOval(width / 4, height / 4, width / 2, height / 2);
        graphics.dispose();
        Random random = new Random(7);
        for (int i = 0; i < width * height / 8; i++) {
            picture.setRGB(random.nextInt(width), random.nextInt(height), random.nextInt());
        }
        Mat pixels = new Mat(height, width, CvType.CV_8UC3);
        pixels.put(0, 0, ((DataBufferByte) picture.getRaster().getDataBuffer()).getData());
        MatOfByte jpeg = new MatOfByte();
        Imgcodecs.imencode(".jpg", pixels, jpeg, new MatOfInt(
                Imgcodecs.IMWRITE_JPEG_QUALITY, 80, Imgcodecs.IMWRITE_JPEG_PROGRESSIVE, progressive,
                Imgcodecs.IMWRITE_JPEG_SAMPLING_FACTOR, subsampling));
        return jpeg.toArray();
    }
}
