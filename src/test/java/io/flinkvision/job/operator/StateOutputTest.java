package io.flinkvision.job.operator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.core.inference.Label;
import io.flinkvision.job.event.DetectionRules;
import io.flinkvision.job.event.Frame;
import io.flinkvision.job.event.Present.Shown;
import io.flinkvision.job.event.Present;
import io.flinkvision.job.record.CameraEvent;
import io.flinkvision.job.record.StateRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The states of the detect-events operator in Flink's harness. A camera is offline after 10 seconds, and forgotten after
 * an hour.
 */
class StateOutputTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final long HOUR = Duration.ofHours(1).toMillis();
    private static final DetectionRules RULES = new DetectionRules(
            Duration.ofMillis(500), 0.6, 0.4, Duration.ofSeconds(1), Duration.ofSeconds(10));

    private KeyedOneInputStreamOperatorTestHarness<String, LabelledFrame, CameraEvent> harness;

    @BeforeEach
    void open() throws Exception {
        harness = harness(true);
        harness.open();
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    @Test
    void eachChangeIsToldOnceUnderTheKeyOfTheEvents() throws Exception {
        for (int second = 0; second < 5; second++) {
            frame("gate", second, "food");
            frame("gate/bay", second, second < 3 ? "free" : "taken");
            watermark(second);
        }
        watermark(30);

        assertThat(states()).containsExactly("gate online 0", "gate/bay online 0", "gate food 0", "gate/bay free 0",
                "gate/bay taken 3", "gate offline 14", "gate/bay offline 14");
    }

    @Test
    void aRestoredJobTellsNothingTwice() throws Exception {
        harness.setProcessingTime(0);
        frame("gate", 0, "food");
        frame("gate", 1, "food");
        watermark(1);
        assertThat(states()).containsExactly("gate online 0", "gate food 0");

        restore(harness.snapshot(1, 1), true);
        frame("gate", 2, "food");
        watermark(2);
        assertThat(states()).isEmpty();
        frame("gate", 3, "other");
        frame("gate", 4, "other");
        watermark(4);
        assertThat(states()).containsExactly("gate other 3");
    }

    @Test
    void aJobThatToldNoStatesBeforeTellsThemWithTheNextFrameAndOneThatTellsNoneAnyLongerGoesOn() throws Exception {
        restart(false);
        frame("gate", 0, "food");
        frame("gate", 1, "food");
        watermark(1);
        OperatorSubtaskState without = harness.snapshot(1, 1);
        restore(without, true);
        frame("gate", 2, "food");
        watermark(2);
        assertThat(states()).containsExactly("gate food 0");

        restore(harness.snapshot(2, 2), false);
        frame("gate", 3, "other");
        frame("gate", 4, "other");
        watermark(4);
        assertThat(states()).isEmpty();
        assertThat(harness.extractOutputValues()).hasSize(1);
    }

    @Test
    void theStateOfACameraThatIsForgottenIsDeletedAnHourAfterItsLastFrame() throws Exception {
        time(0);
        frame("gate", 0, "food");
        watermark(0);
        time(20_000);
        time(30_000);
        assertThat(states()).containsExactly("gate online 0", "gate offline 10");
        time(HOUR - 1);
        assertThat(states()).isEmpty();

        time(HOUR);
        assertThat(states()).containsExactly("gate forgotten");
        assertThat(harness.numKeyedStateEntries()).isZero();
        assertThat(harness.numProcessingTimeTimers()).isZero();
        frame("gate", 4000, "food");
        watermark(4000);
        assertThat(states()).containsExactly("gate online 4000");
    }

    @Test
    void aCameraThatCameBackIsForgottenAnHourAfterItWasThereLast() throws Exception {
        time(0);
        frame("gate", 0, "food");
        time(10_000);
        assertThat(states()).containsExactly("gate online 0", "gate offline 10");
        time(HOUR - 15_000);
        frame("gate", 3585, "food");
        time(HOUR - 5_000);
        assertThat(states()).containsExactly("gate online 3585", "gate offline 3595");

        time(HOUR);
        time(2 * HOUR - 15_001);
        assertThat(states()).isEmpty();
        time(2 * HOUR - 15_000);
        assertThat(states()).containsExactly("gate forgotten");
    }

    @Test
    void aCameraThatIsThereIsNotForgotten() throws Exception {
        time(0);
        frame("gate", 0, "food");
        time(10_000);
        time(HOUR - 5_000);
        frame("gate", 3595, "food");
        watermark(3595);
        assertThat(states()).containsExactly("gate online 0", "gate offline 10", "gate online 3595");
        time(HOUR);
        assertThat(states()).isEmpty();

        time(HOUR + 5_000);
        time(HOUR + 15_000);
        assertThat(states()).containsExactly("gate offline 3605");
    }

    @Test
    void aCameraThatTheStateForgotWhileTheJobWasAwayIsDeletedWhenItIsBack() throws Exception {
        time(0);
        frame("gate", 0, "food");
        watermark(0);
        assertThat(states()).containsExactly("gate online 0");

        OperatorSubtaskState snapshot = harness.snapshot(1, 1);
        close();
        harness = harness(true);
        harness.initializeState(snapshot);
        harness.setStateTtlProcessingTime(2 * HOUR);
        harness.open();
        harness.setProcessingTime(2 * HOUR);
        assertThat(states()).containsExactly("gate forgotten");
    }

    @Test
    void framesWithoutAKeyHaveTheKeyOfNoBytes() throws Exception {
        harness.processElement(new LabelledFrame(Optional.empty(), labelled(0, "food")), 0);
        watermark(0);

        assertThat(states()).containsExactly(" online 0");
    }

    private static KeyedOneInputStreamOperatorTestHarness<String, LabelledFrame, CameraEvent> harness(boolean tellsStates)
            throws Exception {
        return new KeyedOneInputStreamOperatorTestHarness<>(
                new KeyedProcessOperator<>(new DetectEventsFunction(RULES, Duration.ofHours(1), tellsStates)),
                LabelledFrame::camera, Types.STRING);
    }

    private void restart(boolean tellsStates) throws Exception {
        close();
        harness = harness(tellsStates);
        harness.open();
    }

    private void restore(OperatorSubtaskState snapshot, boolean tellsStates) throws Exception {
        close();
        harness = harness(tellsStates);
        harness.initializeState(snapshot);
        harness.open();
    }

    /** The clock, by which state expires too. */
    private void time(long millis) throws Exception {
        harness.setStateTtlProcessingTime(millis);
        harness.setProcessingTime(millis);
    }

    private void frame(String camera, int second, String label) throws Exception {
        harness.processElement(new LabelledFrame(Optional.of(camera.getBytes(UTF_8)), labelled(second, label)), 0);
    }

    private static Frame labelled(int second, String label) {
        return new Frame("images-0-" + 10 * second, START.plusSeconds(second), List.of(new Label(label, 0, 0.9f)));
    }

    private void watermark(int second) throws Exception {
        harness.processWatermark(START.plusSeconds(second).toEpochMilli());
    }

    /** What has been told since the last call; the seconds are those since which it is so. */
    private List<String> states() {
        Queue<StreamRecord<StateRecord>> output = harness.getSideOutput(StateOutput.TAG);
        if (output == null) {
            return List.of();
        }
        List<String> texts = output.stream().map(record -> text(record.getValue())).toList();
        output.clear();
        return texts;
    }

    private static String text(StateRecord record) {
        return new String(record.key().orElseThrow(), UTF_8) + " " + record.state()
                .map(present -> present.shown().map(Shown::label).orElse(present.online() ? "online" : "offline") + " "
                        + since(present))
                .orElse("forgotten");
    }

    private static long since(Present present) {
        return Duration.between(START, present.since()).toSeconds();
    }
}
