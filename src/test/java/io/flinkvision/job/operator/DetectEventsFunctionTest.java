package io.flinkvision.job.operator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.core.inference.Label;
import io.flinkvision.job.event.DetectionRules;
import io.flinkvision.job.event.Event.Online;
import io.flinkvision.job.event.Frame;
import io.flinkvision.job.record.CameraEvent;
import io.flinkvision.job.record.EventText;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The operator in Flink's harness, which holds its clock and its watermark. Offline is a camera after 10 seconds. */
class DetectEventsFunctionTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final DetectionRules RULES = new DetectionRules(
            Duration.ofMillis(500), 0.6, 0.4, Duration.ofSeconds(1), Duration.ofSeconds(10));

    private KeyedOneInputStreamOperatorTestHarness<String, LabelledFrame, CameraEvent> harness;

    @BeforeEach
    void open() throws Exception {
        harness = harness();
        harness.open();
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    @Test
    void looksAtFramesInTheOrderOfTheirTimesOnceTheWatermarkHasPassedThem() throws Exception {
        frame("gate", 2, "food");
        frame("gate", 0, "food");
        frame("gate", 1, "food");
        assertThat(events()).isEmpty();

        watermark(1);
        assertThat(events()).containsExactly("gate online 0.0", "gate started food 0.0");
    }

    @Test
    void findsTheSameEventsWhateverTheOrderAndTheWatermarks() throws Exception {
        List<Integer> seconds = new ArrayList<>();
        for (int second = 0; second < 200; second++) {
            if (second % 50 < 37) {
                seconds.add(second);
            }
        }
        for (int second : seconds) {
            frame("gate", second, second % 20 < 10 ? "food" : "other");
            watermark(second);
        }
        watermark(300);
        List<String> inOrder = events();
        assertThat(inOrder).filteredOn(event -> event.contains("offline")).hasSize(4);
        assertThat(inOrder).filteredOn(event -> event.contains("changed")).hasSizeGreaterThan(8);

        close();
        open();
        Collections.shuffle(seconds, new Random(1));
        for (int second : seconds) {
            frame("gate", second, second % 20 < 10 ? "food" : "other");
        }
        watermark(300);
        assertThat(events()).isEqualTo(inOrder);
    }

    @Test
    void usesWhatTheWatermarkHasPassedWhileItIsNewToItsCamera() throws Exception {
        frame("gate", 100, "food");
        watermark(100);
        frame("slow", 0, "food");
        frame("slow", 1, "food");
        assertThat(events()).containsExactly("gate online 100.0", "slow online 0.0", "slow started food 0.0");

        frame("slow", 0.5, "other");
        frame("slow", 1, "food");
        watermark(109);
        assertThat(events()).doesNotContain("slow offline 11.0");
        watermark(110);
        assertThat(events()).contains("slow ended food 1.0", "slow offline 11.0");
    }

    @Test
    void aCameraIsOfflineWhenOthersHaveCarriedEventTimeOn() throws Exception {
        frame("gate", 0, "other", 0.5);
        for (int second = 0; second < 10; second++) {
            frame("hall", second, "other", 0.5);
            watermark(second);
        }
        assertThat(events()).containsExactly("gate online 0.0", "hall online 0.0");

        watermark(10);
        assertThat(events()).containsExactly("gate counted {other=1} 60.0", "gate offline 10.0");
        frame("gate", 12, "other", 0.5);
        watermark(12);
        assertThat(events()).containsExactly("gate online 12.0");
    }

    @Test
    void theClockDecidesWhenNothingComesFromAnywhere() throws Exception {
        harness.setProcessingTime(1_000_000);
        frame("gate", 0, "food");
        frame("gate", 1, "food");
        harness.setProcessingTime(1_009_999);
        assertThat(events()).isEmpty();

        harness.setProcessingTime(1_010_000);
        assertThat(events()).containsExactly("gate online 0.0", "gate started food 0.0", "gate ended food 1.0",
                "gate counted {food=2} 60.0", "gate offline 11.0");
        assertThat(harness.numProcessingTimeTimers()).isZero();
        watermark(30);
        assertThat(events()).isEmpty();
    }

    @Test
    void theClockLeavesItToEventTimeWhileThatGoesOn() throws Exception {
        harness.setProcessingTime(0);
        frame("gate", 0, "food");
        watermark(5);
        harness.setProcessingTime(10_000);
        watermark(6);
        assertThat(events()).containsExactly("gate online 0.0");

        harness.setProcessingTime(20_000);
        watermark(9.999);
        assertThat(events()).isEmpty();
        harness.setProcessingTime(30_000);
        harness.setProcessingTime(40_000);
        assertThat(events()).contains("gate offline 10.0");
    }

    @Test
    void goesOnFromASnapshotAsIfNothingHadBeen() throws Exception {
        harness.setProcessingTime(0);
        frame("gate", 0, "food");
        frame("gate", 1, "food");
        watermark(1);
        frame("gate", 2, "other");
        frame("gate", 3, "other");
        watermark(2);
        assertThat(events()).containsExactly("gate online 0.0", "gate started food 0.0");
        OperatorSubtaskState snapshot = harness.snapshot(1, 1);

        close();
        harness = harness();
        harness.initializeState(snapshot);
        harness.open();
        // The timer by the clock is overdue, but nothing can have come while the job was away.
        harness.setProcessingTime(60_000);
        assertThat(events()).isEmpty();
        frame("gate", 4, "other");
        watermark(4);

        assertThat(events()).containsExactly("gate changed food 0.0-2.0 other 2.0");
    }

    @Test
    void givesACameraTimeToBeHeardAfterTheJobWasAwayForLong() throws Exception {
        harness.setProcessingTime(0);
        frame("gate", 0, "food");
        frame("gate", 1, "food");
        OperatorSubtaskState snapshot = harness.snapshot(1, 1);

        close();
        harness = harness();
        harness.initializeState(snapshot);
        harness.open();
        harness.setProcessingTime(600_000);
        assertThat(events()).isEmpty();
        harness.setProcessingTime(609_999);
        assertThat(events()).isEmpty();
        harness.setProcessingTime(610_000);
        assertThat(events()).contains("gate started food 0.0", "gate offline 11.0");
    }

    @Test
    void forgetsACameraThatSendsNothingForLong() throws Exception {
        harness.setStateTtlProcessingTime(0);
        frame("gate", 0, "other", 0.5);
        watermark(10);
        assertThat(events()).last().isEqualTo("gate offline 10.0");

        harness.setStateTtlProcessingTime(Duration.ofHours(1).toMillis() + 1);
        frame("gate", 3600, "other", 0.5);
        watermark(3600);
        CameraEvent event = harness.extractOutputValues().get(harness.extractOutputValues().size() - 1);
        assertThat(event.event()).isEqualTo(
                new Online(START.plusSeconds(3600), Optional.empty()));
    }

    @Test
    void aRegionHasEventsOfItsOwnAndStaysOnlineThoughItsHeadDoesNotKnowWhatItSees() throws Exception {
        for (int second = 0; second < 20; second++) {
            frame("gate", second, "other", 0.5);
            if (second < 5) {
                frame("gate/bay", second, "free");
            } else {
                harness.processElement(new LabelledFrame(Optional.of("gate/bay".getBytes(UTF_8)),
                        new Frame("images-0-" + 10 * second, time(second), List.of())), 0);
            }
            watermark(second);
        }
        assertThat(events()).containsExactly("gate online 0.0", "gate/bay online 0.0",
                "gate/bay started free 0.0", "gate/bay ended free 5.0");

        watermark(29);
        assertThat(events()).containsExactlyInAnyOrder("gate counted {other=20} 60.0", "gate offline 29.0",
                "gate/bay counted {free=5} 60.0", "gate/bay offline 29.0");
    }

    @Test
    void framesWithoutAKeyAreOfOneCamera() throws Exception {
        for (int second = 0; second < 2; second++) {
            harness.processElement(new LabelledFrame(Optional.empty(), labelled(second, "food", 0.9)), 0);
        }
        watermark(1);
        assertThat(harness.extractOutputValues()).allMatch(event -> event.key().isEmpty()).hasSize(2);
    }

    private static KeyedOneInputStreamOperatorTestHarness<String, LabelledFrame, CameraEvent> harness()
            throws Exception {
        return harness(false);
    }

    private static KeyedOneInputStreamOperatorTestHarness<String, LabelledFrame, CameraEvent> harness(boolean tellsStates)
            throws Exception {
        return new KeyedOneInputStreamOperatorTestHarness<>(
                new KeyedProcessOperator<>(new DetectEventsFunction(RULES, Duration.ofHours(1), tellsStates)),
                LabelledFrame::camera, Types.STRING);
    }

    private void frame(String camera, double second, String label) throws Exception {
        frame(camera, second, label, 0.9);
    }

    private void frame(String camera, double second, String label, double score) throws Exception {
        harness.processElement(
                new LabelledFrame(Optional.of(camera.getBytes(UTF_8)), labelled(second, label, score)), 0);
    }

    private static Frame labelled(double second, String label, double score) {
        return new Frame("images-0-" + Math.round(10 * second), time(second),
                List.of(new Label(label, 0, (float) score)));
    }

    private void watermark(double second) throws Exception {
        harness.processWatermark(time(second).toEpochMilli());
    }

    private static Instant time(double second) {
        return START.plusMillis(Math.round(1000 * second));
    }

    /** What has come out since the last call. */
    private List<String> events() {
        List<String> texts = harness.extractOutputValues().stream().map(EventText::of).toList();
        harness.getOutput().clear();
        return texts;
    }
}
