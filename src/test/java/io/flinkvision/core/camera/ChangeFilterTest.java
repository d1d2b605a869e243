package io.flinkvision.core.camera;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_RANGE_JPEG;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_RANGE_MPEG;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_GRAY10LE;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_GRAY8;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV420P;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.IntBinaryOperator;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChangeFilterTest {

    private static final int WIDTH = 320;
    private static final int HEIGHT = 240;
    private static final IntBinaryOperator RAMP = (x, y) -> 40 + (x + y) / 4;

    private final Random random = new Random(1);
    private final ChangeFilter filter = new ChangeFilter(new ChangeRule(8, Duration.ofSeconds(10)));

    @AfterEach
    void close() {
        filter.close();
    }

    @Test
    void aStillSceneIsSentOnceWhateverTheNoiseOfTheSensor() throws IOException {
        assertThat(passes(RAMP, 0)).isTrue();
        for (int frame = 1; frame < 20; frame++) {
            assertThat(passes((x, y) -> RAMP.applyAsInt(x, y) + (int) Math.round(6 * random.nextGaussian()), 0.04 * frame))
                    .isFalse();
        }
    }

    @Test
    void aThingThatAppearsIsSentAndSoIsItsDeparture() throws IOException {
        IntBinaryOperator withThing = (x, y) -> x > 100 && x < 130 && y > 100 && y < 130 ? 220 : RAMP.applyAsInt(x, y);

        assertThat(List.of(passes(RAMP, 0), passes(withThing, 1), passes(withThing, 2), passes(RAMP, 3)))
                .containsExactly(true, true, false, true);
    }

    @Test
    void slowChangesAddUp() throws IOException {
        int sent = 0;
        for (int frame = 0; frame < 24; frame++) {
            int brighter = frame;
            sent += passes((x, y) -> RAMP.applyAsInt(x, y) + brighter, 0.1 * frame) ? 1 : 0;
        }
        assertThat(sent).isEqualTo(3);
    }

    @Test
    void aFrameIsSentAfterTheLongestTimeThatAStillCameraMayBeQuiet() throws IOException {
        assertThat(List.of(passes(RAMP, 0), passes(RAMP, 9.9), passes(RAMP, 10), passes(RAMP, 19.9), passes(RAMP, 20)))
                .containsExactly(true, false, true, false, true);
    }

    @Test
    void aVideoThatLoopsIsComparedFromItsStart() throws IOException {
        assertThat(List.of(passes(RAMP, 3600), passes(RAMP, 0), passes(RAMP, 1))).containsExactly(true, true, false);
    }

    @Test
    void theThresholdIsInGreyLevelsAlsoOfTheLimitedRange() throws IOException {
        try (ChangeFilter limited = new ChangeFilter(new ChangeRule(8, Duration.ofSeconds(10)))) {
            assertThat(passes(limited, 100, AVCOL_RANGE_MPEG)).isTrue();
            assertThat(passes(limited, 106, AVCOL_RANGE_MPEG)).isFalse();
            // 7 of 219 levels are 8 of 255.
            assertThat(passes(limited, 107, AVCOL_RANGE_MPEG)).isTrue();
        }
        assertThat(passes(filter, 100, AVCOL_RANGE_JPEG)).isTrue();
        assertThat(passes(filter, 107, AVCOL_RANGE_JPEG)).isFalse();
        assertThat(passes(filter, 108, AVCOL_RANGE_JPEG)).isTrue();
    }

    @Test
    void picturesOfTenBitsAreComparedToo() throws IOException {
        for (int level : List.of(400, 404, 480)) {
            try (DecodedPicture picture = new DecodedPicture(64, 48, AV_PIX_FMT_GRAY10LE)) {
                picture.frame.color_range(AVCOL_RANGE_JPEG);
                picture.fill(0, 128, 48, (x, y) -> x % 2 == 0 ? level & 0xff : level >> 8);
                assertThat(filter.passes(picture.frame, 0)).as("level %d", level).isEqualTo(level != 404);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"jpg", "png", "bmp"})
    void encodedPicturesAreComparedToo(String format) throws IOException {
        assertThat(List.of(filter.passes(encoded(format, false, 1), 0), filter.passes(encoded(format, false, 2), 1),
                filter.passes(encoded(format, true, 3), 2), filter.passes(encoded(format, true, 4), 3)))
                .containsExactly(true, false, true, false);
    }

    @Test
    void whatCannotBeComparedIsSent() throws IOException {
        byte[] garbage = {1, 2, 3};
        byte[] picture = encoded("jpg", false, 1);

        assertThat(List.of(filter.passes(picture, 0), filter.passes(garbage, 1), filter.passes(garbage, 2),
                filter.passes(picture, 3), filter.passes(picture, 4))).containsExactly(true, true, true, true, false);
    }

    @Test
    void aRuleIsCheckedAndWarnsWhereAStillCameraWouldCountAsOffline() {
        assertThatThrownBy(() -> new ChangeRule(0, Duration.ofSeconds(1)))
                .hasMessage("only-changes.threshold must be from 1 to 255 grey levels, not 0");
        assertThatThrownBy(() -> new ChangeRule(8, Duration.ZERO))
                .hasMessage("only-changes.at-least-every must be positive, not PT0S");
        ChangeRule rule = new ChangeRule(8, Duration.ofSeconds(30));
        assertThat(rule.offlineWarning("door", Duration.ofSeconds(31))).isEmpty();
        assertThat(rule.offlineWarning("door", Duration.ofMillis(2500))).hasValueSatisfying(warning ->
                assertThat(warning).contains("door", "every 30 s", "events.offline-after is 2500 ms"));
    }

    private boolean passes(IntBinaryOperator luma, double second) throws IOException {
        try (DecodedPicture picture = new DecodedPicture(WIDTH, HEIGHT, AV_PIX_FMT_YUV420P)) {
            picture.fill(0, WIDTH, HEIGHT, luma);
            picture.frame.color_range(AVCOL_RANGE_JPEG);
            return filter.passes(picture.frame, second);
        }
    }

    private static boolean passes(ChangeFilter filter, int level, int range) throws IOException {
        int format = range == AVCOL_RANGE_JPEG ? AV_PIX_FMT_GRAY8 : AV_PIX_FMT_YUV420P;
        try (DecodedPicture picture = new DecodedPicture(WIDTH, HEIGHT, format)) {
            picture.fill(0, WIDTH, HEIGHT, (x, y) -> level);
            picture.frame.color_range(range);
            return filter.passes(picture.frame, 0);
        }
    }

    /** A scene with noise, with or without a thing in it. */
    private static byte[] encoded(String format, boolean thing, long seed) throws IOException {
        Random noise = new Random(seed);
        BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_3BYTE_BGR);
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                int level = RAMP.applyAsInt(x, y) + noise.nextInt(9) - 4;
                image.setRGB(x, y, level << 16 | level << 8 | level);
            }
        }
        if (thing) {
            Graphics2D graphics = image.createGraphics();
            graphics.setColor(Color.WHITE);
            graphics.fillRect(100, 100, 40, 40);
            graphics.dispose();
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(image, format, out);
        return out.toByteArray();
    }
}
