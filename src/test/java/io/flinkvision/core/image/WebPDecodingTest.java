package io.flinkvision.core.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.core.image.DecodeOutcome.Decoded;
import io.flinkvision.core.image.Reduction.JpegScale;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.opencv.core.Mat;
import org.opencv.core.Scalar;
import org.opencv.core.Size;

class WebPDecodingTest {

    private static final int[] RED = {255, 0, 0};
    private static final int[] GREEN = {0, 255, 0};
    private static final int[] BLUE = {0, 0, 255};
    private static final int[] BROWN = {200, 180, 160};
    private static final int[] PINK = {255, 127, 127};
    private static final int[] WHITE = {255, 255, 255};
    private static final int[] BLACK = {0, 0, 0};

    @ParameterizedTest
    @CsvSource({"lossless.webp, 0", "lossy.webp, 6"})
    void showsOpaquePictures(String name, int loss) {
        Pixels.assertQuarters(decoded(Pixels.fixture(name)), loss, RED, GREEN, BLUE, BROWN);
    }

    @ParameterizedTest
    @CsvSource({"lossless-alpha.webp, 0", "lossy-alpha.webp, 6"})
    void putsTransparentPicturesOnWhite(String name, int loss) {
        Pixels.assertQuarters(decoded(Pixels.fixture(name)), loss, RED, PINK, WHITE, BLACK);
    }

    @Test
    void honoursItsExif() {
        Pixels.assertQuarters(decoded(Pixels.fixture("orientation-6.webp")), 0, BLUE, RED, BROWN, GREEN);
    }

    @Test
    void allowsPaddingBehindTheEnd() {
        byte[] webp = Pixels.fixture("lossless.webp");

        Pixels.assertQuarters(decoded(Arrays.copyOf(webp, webp.length + 9)), 0, RED, GREEN, BLUE, BROWN);
    }

    @ParameterizedTest
    @CsvSource({"lossless.webp, 0", "lossy.webp, 6"})
    void showsTheFirstFrameOfAnAnimation(String name, int loss) {
        byte[] webp = WebPFile.animated(32, 32, 0, 0, Pixels.fixture(name));

        Pixels.assertQuarters(decoded(webp), loss, RED, GREEN, BLUE, BROWN);
        Pixels.assertQuarters(decoded(Pixels.fixture("animated.webp")), 0, RED, GREEN, BLUE, BROWN);
    }

    @ParameterizedTest
    @CsvSource({"lossless-alpha.webp, 0", "lossy-alpha.webp, 6"})
    void putsATransparentFrameOnWhite(String name, int loss) {
        byte[] webp = WebPFile.animated(32, 32, 0, 0, Pixels.fixture(name));

        Pixels.assertQuarters(decoded(webp), loss, RED, PINK, WHITE, BLACK);
    }

    @ParameterizedTest
    @ValueSource(strings = {"lossless.webp", "lossless-alpha.webp"})
    void putsAFrameInItsPlaceOnATransparentCanvas(String name) throws MalformedImageException {
        byte[] webp = WebPFile.animated(40, 36, 6, 4, Pixels.fixture(name));
        try (UprightDecoder decoder = new UprightDecoder(Pixels.EVERY_FORMAT)) {
            Mat still = decoder.decode(Pixels.fixture(name), (width, height) -> JpegScale.WHOLE).bgr().clone();
            Mat canvas = decoder.decode(webp, (width, height) -> JpegScale.WHOLE).bgr();

            assertThat(canvas.size()).isEqualTo(new Size(40, 36));
            Mat place = canvas.submat(4, 36, 6, 38).clone();
            assertThat(Pixels.of(place)).isEqualTo(Pixels.of(still));
            canvas.submat(4, 36, 6, 38).setTo(Scalar.all(255));
            assertThat(Pixels.of(canvas)).containsOnly(255);
            still.release();
            place.release();
        }
    }

    private static Decoded decoded(byte[] webp) {
        return Pixels.decoded(webp, Pixels.EVERY_FORMAT);
    }
}
