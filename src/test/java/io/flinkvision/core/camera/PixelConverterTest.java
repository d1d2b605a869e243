package io.flinkvision.core.camera;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_RANGE_JPEG;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_RANGE_MPEG;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_BT709;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_SMPTE170M;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_GRAY8;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV420P;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV422P;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV444P;

import io.flinkvision.core.image.RawFormat;
import io.flinkvision.core.image.RawPicture;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PixelConverterTest {

    private static final int BLUE = 0;
    private static final int GREEN = 1;
    private static final int RED = 2;

    @ParameterizedTest
    @CsvSource({"160, 120", "161, 120", "160, 121", "33, 17", "1280, 720"})
    void aFrameHasThePixelsOfItsJpeg(int width, int height) throws Exception {
        for (int format : List.of(AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUV422P, AV_PIX_FMT_YUV444P)) {
            for (int matrix : List.of(AVCOL_SPC_BT709, AVCOL_SPC_SMPTE170M)) {
                for (int range : List.of(AVCOL_RANGE_MPEG, AVCOL_RANGE_JPEG)) {
                    try (DecodedPicture picture = gradient(width, height, format, matrix, range)) {
                        AVFrame frame = picture.frame;
                        assertThat(meanDifference(pixels(frame, 1, 0, settings(Optional.empty())), jpeg(frame)))
                                .as("format %d, matrix %d, range %d", format, matrix, range).isLessThan(2);
                    }
                }
            }
        }
    }

    @Test
    void blackAndWhiteOfALimitedRangeAreBlackAndWhite() throws Exception {
        try (DecodedPicture white = flat(235, 128, 128); DecodedPicture black = flat(16, 128, 128)) {
            assertThat(pixels(white.frame, 1, 0, settings(Optional.empty())).pixels()).containsOnly(255);
            assertThat(pixels(black.frame, 1, 0, settings(Optional.empty())).pixels()).containsOnly(0);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 63, 102, 240, 0, 0, 255", "5, 81, 90, 240, 0, 0, 255"})
    void theMatrixOfTheVideoDecidesWhatIsRed(int matrix, int luma, int blueChroma, int redChroma, int blue, int green,
            int red) throws Exception {
        try (DecodedPicture picture = flat(luma, blueChroma, redChroma)) {
            picture.frame.colorspace(matrix);

            byte[] pixels = pixels(picture.frame, 1, 0, settings(Optional.empty())).pixels();

            assertThat(pixels[BLUE] & 0xff).isBetween(blue, blue + 3);
            assertThat(pixels[GREEN] & 0xff).isBetween(green, green + 3);
            assertThat(pixels[RED] & 0xff).isBetween(red - 3, red);
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 64, 48, 0, 0", "90, 48, 64, 1, 0", "180, 64, 48, 1, 1", "270, 48, 64, 0, 1"})
    void aTurnedCameraDeliversAnUprightPicture(int clockwise, int width, int height, int right, int bottom)
            throws Exception {
        try (DecodedPicture decoded = markedTopLeft(64, 48)) {
            RawPicture picture = pixels(decoded.frame, 1, clockwise, settings(Optional.empty()));

            assertThat(List.of(picture.width(), picture.height())).containsExactly(width, height);
            for (int y : List.of(0, 1)) {
                for (int x : List.of(0, 1)) {
                    assertThat(picture.pixels()[3 * (y * (height - 1) * width + x * (width - 1))] & 0xff)
                            .as("corner %d, %d", x, y).isEqualTo(x == right && y == bottom ? 255 : 0);
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"2, , 128, 48", "0.5, , 64, 96", "2, 64, 64, 24", "1, 32, 32, 24", "1, 1000, 64, 48"})
    void pixelsAreSquareAndNoSideIsTooLong(double pixelAspect, Integer maxSide, int width, int height)
            throws Exception {
        try (DecodedPicture decoded = markedTopLeft(64, 48)) {
            RawPicture picture = pixels(decoded.frame, pixelAspect, 0, settings(Optional.ofNullable(maxSide)));

            assertThat(List.of(picture.width(), picture.height())).containsExactly(width, height);
            assertThat(picture.format()).isEqualTo(RawFormat.BGR24);
        }
    }

    @Test
    void aLaterFrameOfAnotherSizeLeavesAnEarlierOneAsItWas() throws Exception {
        try (DecodedPicture white = flat(235, 128, 128); DecodedPicture marked = markedTopLeft(640, 480);
                PixelConverter converter = new PixelConverter(settings(Optional.empty()))) {
            RawPicture first = converter.picture(white.frame, 1, 0).raw();
            RawPicture second = converter.picture(marked.frame, 1, 0).raw();
            RawPicture third = converter.picture(white.frame, 1, 0).raw();

            assertThat(first.pixels()).containsOnly(255).isEqualTo(third.pixels());
            assertThat(second.width()).isEqualTo(640);
        }
    }

    private static CameraSettings settings(Optional<Integer> maxSide) {
        return new CameraSettings(
                Optional.empty(), 1, maxSide, 100, false, false, false, false, false, Optional.empty());
    }

    private static RawPicture pixels(AVFrame frame, double pixelAspect, int clockwise, CameraSettings settings)
            throws Exception {
        try (PixelConverter converter = new PixelConverter(settings)) {
            return converter.picture(frame, pixelAspect, clockwise).raw();
        }
    }

    private static BufferedImage jpeg(AVFrame frame) throws Exception {
        try (JpegEncoder encoder = new JpegEncoder(settings(Optional.empty()))) {
            return ImageIO.read(new ByteArrayInputStream(encoder.picture(frame, 1, 0).bytes()));
        }
    }

    private static double meanDifference(RawPicture picture, BufferedImage other) {
        assertThat(List.of(picture.width(), picture.height())).containsExactly(other.getWidth(), other.getHeight());
        long sum = 0;
        for (int y = 0; y < picture.height(); y++) {
            for (int x = 0; x < picture.width(); x++) {
                int at = 3 * (y * picture.width() + x);
                int rgb = other.getRGB(x, y);
                sum += Math.abs((picture.pixels()[at + BLUE] & 0xff) - (rgb & 0xff))
                        + Math.abs((picture.pixels()[at + GREEN] & 0xff) - (rgb >> 8 & 0xff))
                        + Math.abs((picture.pixels()[at + RED] & 0xff) - (rgb >> 16 & 0xff));
            }
        }
        return sum / (3.0 * picture.width() * picture.height());
    }

    /** Smooth in luma and chroma, all of whose colours exist. */
    private static DecodedPicture gradient(int width, int height, int format, int matrix, int range) {
        DecodedPicture picture = new DecodedPicture(width, height, format);
        picture.frame.colorspace(matrix).color_range(range);
        int chromaWidth = format == AV_PIX_FMT_YUV444P ? width : (width + 1) / 2;
        int chromaHeight = format == AV_PIX_FMT_YUV420P ? (height + 1) / 2 : height;
        return picture.fill(0, width, height, (x, y) -> 60 + 140 * (x + y) / (width + height))
                .fill(1, chromaWidth, chromaHeight, (x, y) -> 100 + 50 * (x + y) / (chromaWidth + chromaHeight))
                .fill(2, chromaWidth, chromaHeight, (x, y) -> 150 - 40 * (x + y) / (chromaWidth + chromaHeight));
    }

    private static DecodedPicture flat(int luma, int blueChroma, int redChroma) {
        DecodedPicture picture = new DecodedPicture(64, 48, AV_PIX_FMT_YUV420P);
        picture.frame.color_range(AVCOL_RANGE_MPEG).colorspace(AVCOL_SPC_SMPTE170M);
        return picture.fill(0, 64, 48, (x, y) -> luma).fill(1, 32, 24, (x, y) -> blueChroma)
                .fill(2, 32, 24, (x, y) -> redChroma);
    }

    /** Black but for a white corner. */
    private static DecodedPicture markedTopLeft(int width, int height) {
        DecodedPicture picture = new DecodedPicture(width, height, AV_PIX_FMT_GRAY8);
        picture.frame.color_range(AVCOL_RANGE_JPEG);
        return picture.fill(0, width, height, (x, y) -> x < width / 4 && y < height / 4 ? 255 : 0);
    }
}
