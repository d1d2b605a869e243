package io.flinkvision.job.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.image.ViewStatistics;
import io.flinkvision.job.event.DrawnScene.Look;
import io.flinkvision.job.event.Event.TroubleEnded;
import io.flinkvision.job.event.Event.TroubleStarted;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Drawn scenes, measured as in a job; every ten seconds a frame. */
class HealthDetectorTest {

    private static final int STEP = 10;
    private static final int LONG_STEP = 30;
    private static final int WIDE = 60;
    private static final int DAY = 24 * 3600;

    private final HealthDetector detector = new HealthDetector(HealthRules.DEFAULTS);
    private final List<String> events = new ArrayList<>();
    private DrawnScene scene = scene(1);
    private CameraHealth health = CameraHealth.UNKNOWN;
    private int second;
    private int step = STEP;

    private static DrawnScene scene(long seed) {
        return new DrawnScene(seed, ModelBundle.read(Path.of("conf/models/triage")).preprocessing());
    }

    @AfterEach
    void close() {
        scene.close();
    }

    @Test
    void aCameraThatIsCoveredIsReportedFromItsFirstFrameToItsLast() {
        show(1800, Look::new);
        show(300, () -> new Look().covered());
        show(300, Look::new);

        assertThat(events).containsExactly("covered 1800", "covered 1800-2100");
    }

    @Test
    void whatIsBeforeTheLensForAMomentIsNotReported() {
        show(1800, Look::new);
        for (int i = 0; i < 20; i++) {
            show(50, () -> new Look().covered());
            show(100, Look::new);
        }

        assertThat(events).isEmpty();
    }

    @Test
    void aCoverThatIsLiftedForAMomentIsOneCover() {
        show(1800, Look::new);
        show(300, () -> new Look().covered());
        show(30, Look::new);
        show(300, () -> new Look().covered());
        show(100, Look::new);

        assertThat(events).containsExactly("covered 1800", "covered 1800-2430");
    }

    @Test
    void aCameraThatSeesNothingIsDarkAndNeitherCoveredNorFrozenNorMoved() {
        show(1800, Look::new);
        show(300, () -> new Look().light(0.01));
        ViewStatistics black = new ViewStatistics(0, 0, 0, 0, 0, 0, 7);
        for (int i = 0; i < 60; i++) {
            frame(black);
        }
        show(300, Look::new);

        assertThat(events).containsExactly("dark 1800", "dark 1800-2700");
    }

    @Test
    void aCameraThatStartsInTheDarkIsDark() {
        show(600, () -> new Look().light(0.01));

        assertThat(events).containsExactly("dark 0");
    }

    @Test
    void aFrozenCameraIsReportedFromThePictureThatItKeeps() {
        show(600, Look::new);
        ViewStatistics kept = scene.frame(new Look());
        for (int i = 0; i < 60; i++) {
            frame(kept);
        }
        show(300, Look::new);

        assertThat(events).containsExactly("frozen 600", "frozen 600-1200");
    }

    @Test
    void aFrozenCameraWhosePicturesAreEncodedAnewIsFrozen() {
        ViewStatistics kept = scene.frame(new Look());
        for (int i = 0; i < 60; i++) {
            frame(new ViewStatistics(kept.brightness(), kept.contrast(), kept.detail(), kept.colour(), kept.across(),
                    kept.down(), i));
        }

        assertThat(events).containsExactly("frozen 0");
    }

    @Test
    void aFewRepeatedPicturesAreNotFrozen() {
        for (int i = 0; i < 100; i++) {
            ViewStatistics kept = scene.frame(new Look());
            for (int j = 0; j < 10; j++) {
                frame(kept);
            }
        }
        // Two pictures with a long time between them may be one that was sent twice.
        ViewStatistics twice = scene.frame(new Look());
        frame(twice);
        second += 600;
        frame(twice);

        assertThat(events).isEmpty();
    }

    @Test
    void aStillSceneWithNoiseIsHealthy() {
        show(2 * 3600, Look::new);

        assertThat(events).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void aCameraThatIsTurnedHasMovedUntilItIsTurnedBack(long seed) {
        another(seed);
        show(1800, Look::new);
        show(600, () -> new Look().turned(WIDE, 20));
        show(300, Look::new);

        assertThat(events).containsExactly("moved 1800", "moved 1800-2400");
    }

    @Test
    void aCameraThatWasMovedForGoodHasItsNewViewAfterADay() {
        step = LONG_STEP;
        show(1800, Look::new);
        show(DAY + 3600, () -> new Look().turned(WIDE, 20));
        show(1800, Look::new);

        assertThat(events).containsExactly("moved 1800", "moved 1800-" + (1800 + DAY), "moved " + (1800 + DAY + 3600));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void dayNightInfraredAndLampsAreNoTroubles(long seed) {
        another(seed);
        step = LONG_STEP;
        for (int day = 0; day < 2; day++) {
            show(DAY / 3, () -> new Look().light(daylight(second % DAY)));
            show(DAY / 3, () -> new Look().light(daylight(second % DAY)));
            show(DAY / 6, () -> new Look().infrared());
            show(DAY / 6, () -> new Look().infrared().light(0.2));
        }
        for (int hour = 0; hour < 6; hour++) {
            show(1200, () -> new Look().light(1));
            show(1200, () -> new Look().light(0.15));
        }

        assertThat(events).isEmpty();
    }

    private static double daylight(int ofDay) {
        return 0.3 + 0.7 * Math.sin(Math.PI * ofDay / (2 * DAY / 3.0));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void aBusySceneIsHealthy(long seed) {
        another(seed);
        show(3 * 3600, () -> new Look().busy(6 + second / 600 % 12));

        assertThat(events).isEmpty();
    }

    @Test
    void aBusyCameraIsCoveredAndMovedLikeAnother() {
        show(3600, () -> new Look().busy(8));
        show(300, () -> new Look().covered());
        show(300, () -> new Look().busy(8));
        show(300, () -> new Look().busy(8).turned(WIDE, 20));

        assertThat(events).containsExactly("covered 3600", "covered 3600-3900", "moved 4200");
    }

    @Test
    void whatWasReportedStaysWhileTheCameraIsSilentAndWhatWasNotLastsAnew() {
        show(1800, Look::new);
        show(120, () -> new Look().covered());
        assertThat(health.present()).containsExactly(Map.entry(Trouble.COVERED, at(1800)));
        health = health.silent();
        second += 3600;
        assertThat(health.present()).containsOnlyKeys(Trouble.COVERED);
        show(100, Look::new);
        assertThat(events).containsExactly("covered 1800", "covered 1800-5520");

        show(900, Look::new);
        show(50, () -> new Look().covered());
        health = health.silent();
        second += 3600;
        show(50, () -> new Look().covered());
        assertThat(events).hasSize(2);
        assertThat(health.present()).isEmpty();
    }

    @Test
    void aFrameThatWasNotMeasuredSaysNothing() {
        show(1800, Look::new);
        CameraHealth before = health;

        assertThat(detector.frame(before, new Frame("t-0-9999", at(1800), List.of())).health()).isSameAs(before);
    }

    private void another(long seed) {
        scene.close();
        scene = scene(seed);
    }

    private void show(int seconds, Supplier<Look> look) {
        for (int end = second + seconds; second < end;) {
            frame(scene.frame(look.get()));
        }
    }

    private void frame(ViewStatistics view) {
        HealthDetector.Step next = detector.frame(health,
                new Frame("t-0-" + second, at(second), List.of(), Optional.empty(), false, Optional.of(view)));
        health = next.health();
        for (Event event : next.events()) {
            events.add(event instanceof TroubleStarted started
                    ? started.trouble().id() + " " + second(started.at())
                    : text((TroubleEnded) event));
        }
        second += step;
    }

    private static String text(TroubleEnded ended) {
        return ended.trouble().id() + " " + second(ended.from()) + "-" + second(ended.at());
    }

    private static Instant at(int second) {
        return Instant.parse("2026-01-01T00:00:00Z").plusSeconds(second);
    }

    private static long second(Instant time) {
        return Duration.between(at(0), time).toSeconds();
    }
}
