package io.flinkvision.job.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.flinkvision.core.inference.Label;
import io.flinkvision.job.event.Event.Changed;
import io.flinkvision.job.event.Event.Counted;
import io.flinkvision.job.event.Event.Ended;
import io.flinkvision.job.event.Event.Offline;
import io.flinkvision.job.event.Event.Online;
import io.flinkvision.job.event.Event.Started;
import io.flinkvision.job.event.EventDetector.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class EventDetectorTest {

    /** Frames of the past have no weight: nothing is smoothed. */
    private static final Duration NOTHING = Duration.ofMillis(1);

    private final List<Event> events = new ArrayList<>();
    private EventDetector detector = detector(NOTHING, Duration.ofSeconds(2));
    private CameraState state = CameraState.UNKNOWN;

    @Test
    void startsWhatStaysAndEndsWhatStaysAway() {
        frame(0, "a", 0.5);
        frame(1, "a", 0.6);
        frame(2, "a", 0.9);
        frame(3, "a", 0.4);
        assertThat(events).containsExactly(
                new Online(at(0), Optional.empty()),
                new Started("a", at(1), new BestFrame("t-0-2000", 0.9f)));

        frame(4, "a", 0.95);
        frame(5, "a", 0.39);
        frame(6, "a", 0.39);
        assertThat(events).hasSize(2);
        frame(7, "a", 0.39);
        assertThat(events).last().isEqualTo(
                new Ended(new Episode("a", at(1), at(5), 4, new BestFrame("t-0-4000", 0.95f))));
        assertThat(((Ended) events.get(2)).episode().duration()).hasSeconds(4);
    }

    @Test
    void passesOverWhatIsShorterThanTheMinimumDuration() {
        frame(0, "a", 0.9);
        frame(1.999, "a", 0.9);
        frame(2, "a", 0.1);
        frame(3, "a", 0.9);
        frame(5, "a", 0.9);
        frame(6, "a", 0.1);
        frame(7, "a", 0.9);
        frame(9, "a", 0.9);

        assertThat(events).containsExactly(
                new Online(at(0), Optional.empty()),
                new Started("a", at(3), new BestFrame("t-0-3000", 0.9f)));
        assertThat(state.ongoing()).contains(new Episode("a", at(3), at(9), 4, new BestFrame("t-0-3000", 0.9f)));
    }

    @Test
    void tellsAChangeInsteadOfAnEndAndAStartWhereThereIsNoGap() {
        frame(0, "a", 0.9);
        frame(2, "a", 0.8);
        frame(3, "b", 0.7);
        frame(4, "b", 0.9);
        frame(5, "b", 0.8);

        assertThat(events).last().isEqualTo(new Changed(
                new Episode("a", at(0), at(3), 2, new BestFrame("t-0-0", 0.9f)), "b", at(3),
                new BestFrame("t-0-4000", 0.9f)));
        assertThat(events).hasSize(3);
    }

    @Test
    void takesAGapForNoneWhereItIsShorterThanTheMinimumDuration() {
        frame(0, "a", 0.9);
        frame(2, "a", 0.9);
        frame(3, "c", 0.5);
        frame(4.9, "b", 0.9);
        frame(6, "b", 0.9);
        frame(6.9, "b", 0.9);

        assertThat(events).last().isEqualTo(new Changed(
                new Episode("a", at(0), at(3), 2, new BestFrame("t-0-0", 0.9f)), "b", at(4.9),
                new BestFrame("t-0-4900", 0.9f)));
    }

    @Test
    void tellsAnEndAndAStartWhereTheGapIsAsLongAsTheMinimumDuration() {
        frame(0, "a", 0.9);
        frame(2, "a", 0.9);
        frame(3, "c", 0.5);
        frame(5, "b", 0.9);
        frame(7, "b", 0.9);

        assertThat(events).element(2).isEqualTo(
                new Ended(new Episode("a", at(0), at(3), 2, new BestFrame("t-0-0", 0.9f))));
        assertThat(events).last().isEqualTo(new Started("b", at(5), new BestFrame("t-0-5000", 0.9f)));
    }

    @Test
    void endsALabelThoughOthersComeAndGoTooQuicklyToFollowIt() {
        frame(0, "a", 0.9);
        frame(2, "a", 0.9);
        frame(3, "b", 0.9);
        frame(4, "c", 0.9);
        frame(5, "b", 0.9);

        assertThat(events).last().isEqualTo(
                new Ended(new Episode("a", at(0), at(3), 2, new BestFrame("t-0-0", 0.9f))));
    }

    @Test
    void waitsForNothingWhereTheMinimumDurationIsZero() {
        detector = detector(NOTHING, Duration.ZERO);
        frame(0, "a", 0.9);
        frame(1, "b", 0.9);
        frame(2, "b", 0.1);

        assertThat(events).containsExactly(
                new Online(at(0), Optional.empty()),
                new Started("a", at(0), new BestFrame("t-0-0", 0.9f)),
                new Changed(new Episode("a", at(0), at(1), 1, new BestFrame("t-0-0", 0.9f)), "b", at(1),
                        new BestFrame("t-0-1000", 0.9f)),
                new Ended(new Episode("b", at(1), at(2), 1, new BestFrame("t-0-1000", 0.9f))));
    }

    @Test
    void letsOnlyAHigherScoreTakeOverWhileALabelIsAboveTheLeaveThreshold() {
        detector = new EventDetector(new DetectionRules(
                NOTHING, 0.4, 0.2, Duration.ZERO, Duration.ofSeconds(30)));
        frame(0, new Label("a", 0, 0.45f), new Label("b", 1, 0.45f));
        frame(1, new Label("a", 0, 0.4f), new Label("b", 1, 0.4f));
        frame(2, new Label("b", 1, 0.39f), new Label("a", 0, 0.3f));
        assertThat(events).hasSize(2).last().isEqualTo(new Started("a", at(0), new BestFrame("t-0-0", 0.45f)));

        frame(3, new Label("b", 1, 0.41f), new Label("a", 0, 0.3f));
        assertThat(events).last().isInstanceOf(Changed.class);
    }

    @Test
    void smoothsByTheAgeOfTheFramesAlone() {
        detector = detector(Duration.ofSeconds(1), Duration.ZERO);
        frame(0, "a", 1.0);
        frame(1, "a", 0.0);
        // (1 * 0.5 + 0) / 1.5
        assertThat(state.scores().averages()).containsExactly(Map.entry("a", 1 / 3.0));
        frame(2, "a", 1.0);
        // (1 * 0.25 + 0 + 1) / 1.75
        assertThat(state.scores().averages()).containsExactly(Map.entry("a", 1.25 / 1.75));

        assertThat(events).extracting(event -> event.getClass().getSimpleName() + " " + event.at())
                .containsExactly("Online " + at(0), "Started " + at(0), "Ended " + at(1), "Started " + at(2));
    }

    @Test
    void forgetsALabelThatWillNotComeBack() {
        detector = detector(Duration.ofSeconds(1), Duration.ZERO);
        frame(0, "a", 1.0);
        for (int second = 1; second < 25; second++) {
            frame(second, "b", 1.0);
        }
        assertThat(state.scores().averages()).containsOnlyKeys("b");
    }

    @Test
    void goesOfflineAfterALongSilenceAndEndsWhatWasShown() {
        frame(0, "a", 0.9);
        frame(2, "a", 0.9);
        Step step = detector.silence(state);
        state = step.state();

        assertThat(step.events()).containsExactly(
                new Ended(new Episode("a", at(0), at(2), 2, new BestFrame("t-0-0", 0.9f))),
                new Counted(at(0), new TreeMap<>(Map.of("a", 2L))),
                new Offline(at(32), at(2)));
        assertThat(detector.silence(state).events()).isEmpty();

        frame(40, "a", 0.9);
        assertThat(events).last().isEqualTo(new Online(at(40), Optional.of(Duration.ofSeconds(38))));
        frame(42, "a", 0.9);
        assertThat(events).last().isEqualTo(new Started("a", at(40), new BestFrame("t-0-40000", 0.9f)));
        assertThat(detector.timeHasReached(state, at(60)).events())
                .containsExactly(new Counted(at(0), new TreeMap<>(Map.of("a", 4L))));
    }

    @Test
    void findsASilenceInTheFramesAloneToo() {
        frame(0, "a", 0.9);
        frame(2, "a", 0.9);
        frame(2 + 29.999, "a", 0.9);
        assertThat(events).hasSize(2);
        frame(62, "b", 0.9);

        assertThat(events.subList(2, events.size())).containsExactly(
                new Ended(new Episode("a", at(0), at(31.999), 3, new BestFrame("t-0-0", 0.9f))),
                new Counted(at(0), new TreeMap<>(Map.of("a", 3L))),
                new Offline(at(61.999), at(31.999)),
                new Online(at(62), Optional.of(Duration.ofMillis(30_001))));
    }

    @Test
    void countsTheTopLabelsOfEachMinute() {
        frame(59, "a", 0.3);
        frame(59.999, "b", 0.3);
        frame(60, "a", 0.3);
        frame(61, "a", 0.3);
        assertThat(events).last().isEqualTo(new Counted(at(0), new TreeMap<>(Map.of("a", 1L, "b", 1L))));

        assertThat(detector.timeHasReached(state, at(119.999)).events()).isEmpty();
        Step over = detector.timeHasReached(state, at(120));
        assertThat(over.events()).containsExactly(new Counted(at(60), new TreeMap<>(Map.of("a", 2L))));
        assertThat(over.events().get(0).at()).isEqualTo(at(120));
        assertThat(detector.timeHasReached(over.state(), at(180)).events()).isEmpty();
    }

    @Test
    void aFrameWithoutLabelsKeepsTheCameraOnlineAndLetsWhatWasShownEnd() {
        frame(0, "a", 0.9);
        frame(2, "a", 0.9);
        for (int second = 20; second <= 50; second += 10) {
            frame(second);
        }

        assertThat(events).containsExactly(
                new Online(at(0), Optional.empty()),
                new Started("a", at(0), new BestFrame("t-0-0", 0.9f)),
                new Ended(new Episode("a", at(0), at(20), 2, new BestFrame("t-0-0", 0.9f))));
        assertThat(detector.silence(state).events()).containsExactly(
                new Counted(at(0), new TreeMap<>(Map.of("a", 2L))),
                new Offline(at(80), at(50)));
    }

    @Test
    void aFrameWithoutLabelsWeighsAsMuchAsOneWithOtherLabels() {
        detector = detector(Duration.ofSeconds(1), Duration.ZERO);
        frame(0, "a", 1.0);
        frame(1);

        // (1 * 0.5 + 0) / 1.5
        assertThat(state.scores().averages()).containsExactly(Map.entry("a", 1 / 3.0));
    }

    @Test
    void aMinuteOfFramesWithoutLabelsHasNoCounts() {
        for (int second : List.of(40, 59, 60, 61)) {
            frame(second);
        }
        frame(62, "a", 0.3);
        for (int second : List.of(63, 90, 119, 120)) {
            frame(second);
        }

        assertThat(events).containsExactly(new Online(at(40), Optional.empty()),
                new Counted(at(60), new TreeMap<>(Map.of("a", 1L))));
        assertThat(detector.timeHasReached(state, at(180)).events()).isEmpty();
    }

    @Test
    void framesOfOneTimeAreOrderedByTheirIdsAndARepetitionIsNotLookedAt() {
        Frame first = new Frame("t-0-1", at(1), List.of(new Label("a", 0, 0.9f)));
        Frame second = new Frame("t-0-2", at(1), List.of(new Label("b", 0, 0.9f)));
        state = detector.frame(state, first).state();

        assertThat(state.precedes(first)).isFalse();
        assertThat(state.precedes(second)).isTrue();
        state = detector.frame(state, second).state();
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> detector.frame(state, first)).withMessageContaining("t-0-1");
    }

    @Test
    void rulesThatMakeNoSenseAreRefusedWithTheValue() {
        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(
                () -> new DetectionRules(NOTHING, 0.4, 0.5, Duration.ZERO, Duration.ofSeconds(1)))
                .withMessageContaining("0.5");
        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(
                () -> new DetectionRules(Duration.ZERO, 0.6, 0.4, Duration.ZERO, Duration.ofSeconds(1)))
                .withMessageContaining("half-life");
    }

    private static EventDetector detector(Duration halfLife, Duration minimumDuration) {
        return new EventDetector(new DetectionRules(halfLife, 0.6, 0.4, minimumDuration, Duration.ofSeconds(30)));
    }

    private void frame(double second, String label, double score) {
        frame(second, new Label(label, 0, (float) score));
    }

    private void frame(double second, Label... labels) {
        long offset = Math.round(second * 1000);
        Step step = detector.frame(state, new Frame("t-0-" + offset, at(second), List.of(labels)));
        state = step.state();
        events.addAll(step.events());
    }

    private static Instant at(double second) {
        return Instant.parse("2026-01-01T00:00:00Z").plusMillis(Math.round(second * 1000));
    }
}
