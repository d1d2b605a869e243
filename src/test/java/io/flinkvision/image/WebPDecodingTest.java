package io.flinkvision.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.image.DecodeOutcome.Decoded;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

    @Test
    void refusesAnimations() {
        assertThat(Pixels.rejected(Pixels.fixture("animated.webp"), Pixels.EVERY_FORMAT).code())
                .isEqualTo(ErrorCode.CORRUPT);
    }

    private static Decoded decoded(byte[] webp) {
        return Pixels.decoded(webp, Pixels.EVERY_FORMAT);
    }
}
