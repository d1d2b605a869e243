package io.flinkvision.job.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.core.image.ViewStatistics;
import io.flinkvision.core.inference.Label;
import io.flinkvision.job.event.EventDetector.Step;
import io.flinkvision.job.event.Present.Shown;
import io.flinkvision.job.event.PresentDetector.Told;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Labels must stay for two seconds, and a camera is offline after thirty. */
class PresentDetectorTest {

    private static final DetectionRules RULES = new DetectionRules(
            Duration.ofSeconds(1), 0.6, 0.4, Duration.ofSeconds(2), Duration.ofSeconds(30));
    private static final Optional<AnsweringHead> HEAD = Optional.of(new AnsweringHead("bays", "1".repeat(64)));

    private final EventDetector events = new EventDetector(RULES);
    private final PresentDetector detector = new PresentDetector(RULES);
    private final List<Present> presents = new ArrayList<>();
    private CameraState state = CameraState.UNKNOWN;
    private Optional<Told> told = Optional.empty();

    @Test
    void tellsEachChangeOnceAndNoFrameWithoutOne() {
        for (int second = 0; second < 10; second++) {
            frame(second, "a", second == 1 ? 0.95 : 0.9);
        }
        for (int second = 10; second < 15; second++) {
            frame(second, "b", 0.9);
        }
        for (int second = 15; second < 20; second++) {
            frame(second);
        }
        follow(events.silence(state));
        follow(events.silence(state));
        frame(70);

        assertThat(presents).containsExactly(
                present(0, true, 0, Optional.empty()),
                present(2, true, 0, Optional.of(new Shown("a", presents.get(1).shown().orElseThrow().score(),
                        new BestFrame("t-0-1000", 0.95f)))),
                present(13, true, 11, Optional.of(new Shown("b", presents.get(2).shown().orElseThrow().score(),
                        new BestFrame("t-0-11000", 0.9f)))),
                present(18, true, 16, Optional.empty()),
                present(49, false, 49, Optional.empty()),
                present(70, true, 70, Optional.empty()));
        assertThat(presents.get(1).shown().orElseThrow().score()).isBetween(0.9, 0.95);
    }

    @Test
    void aHeadKnowsNothingLikeItOnceThatHasLastedAndAnotherHeadIsNewsAtOnce() {
        unknown(0, false);
        unknown(1, true);
        unknown(2, false);
        unknown(3, true);
        unknown(4, true);
        assertThat(presents).hasSize(1).allMatch(present -> present.head().equals(HEAD) && !present.unknown());

        unknown(5, true);
        assertThat(presents).hasSize(2).last().matches(present -> present.unknown() && present.at().equals(at(5)));
        unknown(6, false);
        unknown(7, true);
        unknown(8, false);
        unknown(9, false);
        assertThat(presents).hasSize(2);
        unknown(10, false);
        assertThat(presents).hasSize(3).last().matches(present -> !present.unknown());

        frame(11);
        assertThat(presents).hasSize(4).last().matches(present -> present.head().isEmpty());
    }

    @Test
    void whatWasUnknownIsNotWhenTheCameraIsOffline() {
        unknown(0, true);
        unknown(2, true);
        assertThat(presents).last().matches(Present::unknown);

        follow(events.silence(state));
        assertThat(presents).hasSize(3).last().matches(present -> !present.unknown() && !present.online());
        unknown(40, true);
        unknown(42, true);
        assertThat(presents).hasSize(5).last().matches(Present::unknown);
    }

    @Test
    void aJobThatDidNotTellBeforeBeginsWithWhatIsShown() {
        frame(0, "a", 0.9);
        frame(2, "a", 0.9);
        told = Optional.empty();
        presents.clear();

        frame(3, "a", 0.9);
        assertThat(presents).containsExactly(
                present(3, true, 0, Optional.of(new Shown("a", 0.9f, new BestFrame("t-0-0", 0.9f)))));
        follow(events.timeHasReached(state, at(60)));
        assertThat(presents).hasSize(1);
    }

    @Test
    void troublesAreToldWhileTheyLast() {
        for (int second = 0; second <= 80; second += 10) {
            measured(second, new ViewStatistics(1, 1, 0, 0, 0, 0, second));
        }
        measured(90, new ViewStatistics(100, 50, 9, 9, 0, 0, 1));
        measured(115, new ViewStatistics(100, 50, 9, 9, 0, 0, 3));
        measured(140, new ViewStatistics(100, 50, 9, 9, 0, 0, 4));
        measured(150, new ViewStatistics(100, 50, 9, 9, 0, 0, 2));

        assertThat(presents).extracting(Present::troubles).containsExactly(
                List.of(), List.of(new Present.Trouble("dark", at(0))), List.of());
        assertThat(presents.get(1).at()).isEqualTo(at(60));
    }

    private void measured(int second, ViewStatistics view) {
        follow(events.frame(state, new Frame("t-0-" + 1000 * second, at(second), List.of(), Optional.empty(), false,
                Optional.of(view))));
    }

    private static Present present(int at, boolean online, int since, Optional<Shown> shown) {
        return new Present(at(at), online, at(since), shown, false, Optional.empty(), List.of());
    }

    private void frame(int second, String label, double score) {
        follow(events.frame(state, new Frame(
                "t-0-" + 1000 * second, at(second), List.of(new Label(label, 0, (float) score)))));
    }

    private void frame(int second) {
        follow(events.frame(state, new Frame("t-0-" + 1000 * second, at(second), List.of())));
    }

    private void unknown(int second, boolean unknown) {
        follow(events.frame(state, new Frame(
                "t-0-" + 1000 * second, at(second), List.of(), HEAD, unknown, Optional.empty())));
    }

    private void follow(Step step) {
        Told after = detector.after(told, step);
        if (!told.map(Told::present).equals(Optional.of(after.present()))) {
            presents.add(after.present());
        }
        told = Optional.of(after);
        state = step.state();
    }

    private static Instant at(double second) {
        return Instant.ofEpochMilli(Math.round(1000 * second));
    }
}
