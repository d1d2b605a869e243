package io.flinkvision.core.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.core.image.Preprocessing.Interpolation;
import io.flinkvision.core.image.Resampling.Axis;
import io.flinkvision.core.image.Resampling.Extent;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.Scalar;

class ResamplingTest {

    private static final int WIDTH = 37;
    private static final int HEIGHT = 29;

    private final Resampling resampling = new Resampling();
    private Mat source;

    @BeforeEach
    void makeThePicture() {
        OpenCvLibrary.load();
        source = formulaMade(WIDTH, HEIGHT);
    }

    @AfterEach
    void release() {
        source.release();
    }

    @ParameterizedTest
    @CsvSource({
        "NEAREST, 16, 11", "NEAREST, 37, 29", "NEAREST, 64, 50", "NEAREST, 5, 40", "NEAREST, 100, 3", "NEAREST, 1, 1",
        "BILINEAR, 16, 11", "BILINEAR, 37, 29", "BILINEAR, 64, 50", "BILINEAR, 5, 40", "BILINEAR, 100, 3",
        "BILINEAR, 1, 1",
        "BICUBIC, 16, 11", "BICUBIC, 37, 29", "BICUBIC, 64, 50", "BICUBIC, 5, 40", "BICUBIC, 100, 3", "BICUBIC, 1, 1"
    })
    void resizesBitForBitAsPillowDoes(Interpolation interpolation, int width, int height) throws IOException {
        assertThat(resized(interpolation, width, height)).isEqualTo(pillows(interpolation, width + "x" + height));
    }

    /** Pictures that are resized in several blocks of rows: long ones, wide ones, and one of three columns. */
    @ParameterizedTest
    @CsvSource({
        "NEAREST, 701, 1103, 61, 47", "NEAREST, 5003, 211, 30, 41", "NEAREST, 3, 900, 7, 301",
        "BILINEAR, 701, 1103, 61, 47", "BILINEAR, 5003, 211, 30, 41", "BILINEAR, 3, 900, 7, 301",
        "BICUBIC, 701, 1103, 61, 47", "BICUBIC, 5003, 211, 30, 41", "BICUBIC, 3, 900, 7, 301"
    })
    void resizesLargePicturesBitForBitAsPillowDoes(
            Interpolation interpolation, int width, int height, int toWidth, int toHeight) throws IOException {
        Mat large = formulaMade(width, height);
        try {
            byte[] result = new byte[toWidth * toHeight * 3];
            resampling.resample(large, new Axis(width, toWidth, 0, toWidth), new Axis(height, toHeight, 0, toHeight),
                    interpolation, result, toWidth, 0, 0);

            assertThat(result).isEqualTo(
                    pillows(interpolation, "%dx%d-from-%dx%d".formatted(toWidth, toHeight, width, height)));
        } finally {
            large.release();
        }
    }

    /** As a reduced picture's. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NEAREST")
    void resizesAPartThatBeginsAndEndsWithinPixelsBitForBitAsPillowDoes(Interpolation interpolation)
            throws IOException {
        byte[] result = new byte[16 * 11 * 3];
        resampling.resample(source, new Axis(WIDTH, 2.25, 28.5, 16, 0, 16), new Axis(HEIGHT, 1.5, 25.75, 11, 0, 11),
                interpolation, result, 16, 0, 0);

        assertThat(result).isEqualTo(pillows(interpolation, "part"));
    }

    @ParameterizedTest
    @EnumSource
    void aCropIsTheSameAsThatPartOfTheWhole(Interpolation interpolation) {
        byte[] whole = resized(interpolation, 64, 50);
        byte[] target = new byte[20 * 10 * 3];
        byte background = 77;
        Arrays.fill(target, background);

        resampling.resample(source, new Axis(WIDTH, 64, 31, 15), new Axis(HEIGHT, 50, 40, 7), interpolation, target, 20,
                3, 2);

        for (int y = 0; y < 10; y++) {
            for (int x = 0; x < 20; x++) {
                boolean inside = x >= 3 && x < 18 && y >= 2 && y < 9;
                for (int c = 0; c < 3; c++) {
                    byte expected = inside ? whole[((y - 2 + 40) * 64 + x - 3 + 31) * 3 + c] : background;
                    assertThat(target[(y * 20 + x) * 3 + c]).as("x %d, y %d", x, y).isEqualTo(expected);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void itsBuffersCarryNothingFromALargerPictureToASmallerOne(Interpolation interpolation) {
        byte[] before = resized(interpolation, 16, 11);
        Mat large = formulaMade(900, 700);
        try {
            resampling.resample(large, new Axis(900, 200, 0, 200), new Axis(700, 200, 0, 200), interpolation,
                    new byte[200 * 200 * 3], 200, 0, 0);
        } finally {
            large.release();
        }

        assertThat(resized(interpolation, 16, 11)).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource({"3, 7, 3, 7, 0, 4", "0, 2.25, 0, 3, 0, 2.25", "1.25, 3.5, 1, 4, 0.25, 2.25", "2.75, 3, 2, 3, 0.75, 0.25",
        "5.25, 5.5, 5, 6, 0.25, 0.25"})
    void aPartTakesThePixelsThatItBeginsAndEndsIn(
            double from, double to, int first, int end, double begin, double span) {
        assertThat(Extent.between(from, to)).isEqualTo(new Extent(first, end, begin, span));
    }

    /** The buffers of each must do for all. */
    @ParameterizedTest
    @EnumSource
    void picturesOfDifferentShapesDoNotDisturbOneAnother(Interpolation interpolation) {
        int[][] shapes = {{1200, 7}, {3, 900}, {200, 200}, {64, 64}, {65, 129}, {1, 1}};
        for (int i = 0; i < 3 * shapes.length; i++) {
            int width = shapes[i % shapes.length][0];
            int height = shapes[i % shapes.length][1];
            Mat picture = formulaMade(width, height);
            try {
                assertThat(stretched(picture, resampling, interpolation)).as("%d x %d", width, height)
                        .isEqualTo(stretched(picture, new Resampling(), interpolation));
            } finally {
                picture.release();
            }
        }
    }

    private static byte[] stretched(Mat picture, Resampling resampling, Interpolation interpolation) {
        int size = 48;
        byte[] result = new byte[size * size * 3];
        resampling.resample(picture, new Axis(picture.cols(), size, 0, size), new Axis(picture.rows(), size, 0, size),
                interpolation, result, size, 0, 0);
        return result;
    }

    @Test
    void aPlainPictureStaysPlain() {
        source.setTo(new Scalar(255, 128, 1));

        for (Interpolation interpolation : Interpolation.values()) {
            byte[] result = resized(interpolation, 13, 71);
            for (int i = 0; i < result.length; i++) {
                assertThat(result[i]).isEqualTo(new byte[] {1, (byte) 128, (byte) 255}[i % 3]);
            }
        }
    }

    private byte[] resized(Interpolation interpolation, int width, int height) {
        byte[] result = new byte[width * height * 3];
        resampling.resample(source, new Axis(WIDTH, width, 0, width), new Axis(HEIGHT, height, 0, height),
                interpolation, result, width, 0, 0);
        return result;
    }

    private static Mat formulaMade(int width, int height) {
        byte[] samples = new byte[width * height * 3];
        int i = 0;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                for (int c = 2; c >= 0; c--) {
                    samples[i++] = (byte) (7 * x * x + 13 * y * (c + 1) + 3 * x * y + 50 * c);
                }
            }
        }
        Mat picture = new Mat(height, width, CvType.CV_8UC3);
        picture.put(0, 0, samples);
        return picture;
    }

    private static byte[] pillows(Interpolation interpolation, String name) throws IOException {
        BufferedImage picture = ImageIO.read(new ByteArrayInputStream(Pixels.fixture("pillow/%s-%s.png"
                .formatted(interpolation.name().toLowerCase(Locale.ROOT), name))));
        int width = picture.getWidth();
        byte[] samples = new byte[width * picture.getHeight() * 3];
        for (int i = 0; i < samples.length / 3; i++) {
            int rgb = picture.getRGB(i % width, i / width);
            samples[3 * i] = (byte) (rgb >> 16);
            samples[3 * i + 1] = (byte) (rgb >> 8);
            samples[3 * i + 2] = (byte) rgb;
        }
        return samples;
    }
}
