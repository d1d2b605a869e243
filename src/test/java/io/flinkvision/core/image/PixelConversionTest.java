package io.flinkvision.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkvision.core.image.ImageHeader.Transparency;
import io.flinkvision.core.image.ImageHeader.Transparency.TransparentGrey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.Scalar;

class PixelConversionTest {

    private PixelConversion conversion;

    @BeforeEach
    void open() {
        OpenCvLibrary.load();
        conversion = new PixelConversion();
    }

    @AfterEach
    void close() {
        conversion.close();
    }

    @Test
    void takesBlueGreenRedAsItIsWithoutACopy() throws MalformedImageException {
        Mat decoded = new Mat(1, 1, CvType.CV_8UC3, new Scalar(1, 2, 3));
        try {
            assertThat(conversion.toBgr(decoded, Transparency.NONE)).isSameAs(decoded);
            assertThat(samples(decoded)).containsExactly(1, 2, 3);
        } finally {
            decoded.release();
        }
    }

    @Test
    void repeatsGreys() throws MalformedImageException {
        assertThat(converted(CvType.CV_8UC1, new Scalar(9), Transparency.ALPHA_CHANNEL)).containsExactly(9, 9, 9);
    }

    /** A channel of 16 bits is divided by 257, which makes 255 of 65535, and rounded. */
    @Test
    void roundsSamplesOf16Bits() throws MalformedImageException {
        assertThat(converted(CvType.CV_16UC3, new Scalar(65_535, 257 + 129, 257 + 128), Transparency.NONE))
                .containsExactly(255, 2, 1);
    }

    @Test
    void passesOverAFourthChannelThatIsNoAlpha() throws MalformedImageException {
        assertThat(converted(CvType.CV_8UC4, new Scalar(1, 2, 3, 0), Transparency.NONE)).containsExactly(1, 2, 3);
    }

    @Test
    void takesAlphaOfZerosForPaddingOnlyWhereItMayBe() throws MalformedImageException {
        Scalar transparent = new Scalar(1, 2, 3, 0);

        assertThat(converted(CvType.CV_8UC4, transparent, Transparency.ALPHA_CHANNEL_UNLESS_ZERO))
                .containsExactly(1, 2, 3);
        assertThat(converted(CvType.CV_8UC4, transparent, Transparency.ALPHA_CHANNEL)).containsExactly(255, 255, 255);
    }

    @Test
    void mixesWithWhiteToTheNearestSample() throws MalformedImageException {
        for (int alpha = 0; alpha < 256; alpha++) {
            int expected = (int) Math.round((10 * alpha + 255 * (255 - alpha)) / 255.0);
            assertThat(converted(CvType.CV_8UC4, new Scalar(10, 10, 10, alpha), Transparency.ALPHA_CHANNEL)[0])
                    .as("alpha %d", alpha).isEqualTo(expected);
        }
    }

    @Test
    void comparesTheTransparentGreyAtTheDepthOfTheFile() throws MalformedImageException {
        TransparentGrey transparent = new TransparentGrey(1000);

        assertThat(converted(CvType.CV_16UC1, new Scalar(1000), transparent)).containsExactly(255, 255, 255);
        assertThat(converted(CvType.CV_16UC1, new Scalar(1001), transparent)).containsExactly(4, 4, 4);
    }

    @ParameterizedTest
    @ValueSource(ints = {CvType.CV_32F, CvType.CV_8S, CvType.CV_64F})
    void refusesOtherSamples(int type) {
        assertThatThrownBy(() -> converted(CvType.makeType(type, 3), new Scalar(0), Transparency.NONE))
                .isInstanceOf(MalformedImageException.class).hasMessageContaining("only 8 and 16 bits");
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 5})
    void refusesOtherNumbersOfChannels(int channels) {
        assertThatThrownBy(() -> converted(CvType.CV_8UC(channels), new Scalar(0), Transparency.NONE))
                .isInstanceOf(MalformedImageException.class).hasMessageContaining(channels + " channels");
    }

    @Test
    void closesTwice() {
        conversion.close();
        conversion.close();
    }

    private int[] converted(int type, Scalar colour, Transparency transparency) throws MalformedImageException {
        Mat decoded = new Mat(1, 1, type, colour);
        try {
            return samples(conversion.toBgr(decoded, transparency));
        } finally {
            decoded.release();
        }
    }

    private static int[] samples(Mat bgr) {
        byte[] samples = new byte[3];
        bgr.get(0, 0, samples);
        return new int[] {samples[0] & 0xff, samples[1] & 0xff, samples[2] & 0xff};
    }
}
