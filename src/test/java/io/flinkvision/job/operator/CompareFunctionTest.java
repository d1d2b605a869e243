package io.flinkvision.job.operator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.job.record.ComparedModels.Named;
import io.flinkvision.job.record.ComparedModels;
import io.flinkvision.job.record.ComparedPicture.Agreed;
import io.flinkvision.job.record.ComparedPicture.Differing;
import io.flinkvision.job.record.ComparedPicture.Failed;
import io.flinkvision.job.record.ComparedPicture.Outcome;
import io.flinkvision.job.record.ComparedPicture;
import io.flinkvision.job.record.ModelComparison;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CompareFunctionTest {

    private static final ComparedModels MODELS = ComparedModels.of(new Named("old", "0".repeat(64)), List.of("a", "b"),
            new Named("new", "1".repeat(64)), List.of("a", "b"));
    private static final long PERIOD = CompareFunction.PERIOD.toMillis();

    private CompareFunction function;
    private KeyedOneInputStreamOperatorTestHarness<String, ComparedPicture, ModelComparison> subtask;
    private int sent;

    @BeforeEach
    void start() throws Exception {
        start(Optional.empty());
    }

    private void start(Optional<OperatorSubtaskState> state) throws Exception {
        function = new CompareFunction();
        subtask = new KeyedOneInputStreamOperatorTestHarness<>(
                new KeyedProcessOperator<>(function), CompareFunction.BY_CAMERA, Types.STRING);
        subtask.setup(RecordForms.MODEL_COMPARISON);
        if (state.isPresent()) {
            subtask.initializeState(state.get());
        }
        subtask.open();
    }

    @AfterEach
    void close() throws Exception {
        subtask.close();
    }

    @Test
    void sendsTheFirstPictureAtOnceAndThenTheCountsSoFarOncePerPeriod() throws Exception {
        subtask.setProcessingTime(1_000);
        send("gate", new Agreed(0));
        send("gate", new Differing("a", "b", true));
        send("gate", new Agreed(0));

        assertThat(compared()).containsExactly(1L);
        subtask.setProcessingTime(1_000 + PERIOD);
        assertThat(compared()).containsExactly(1L, 3L);
        subtask.setProcessingTime(1_000 + 10 * PERIOD);
        assertThat(compared()).as("nothing has been counted since").containsExactly(1L, 3L);
        send("gate", new Agreed(0));
        assertThat(compared()).containsExactly(1L, 3L, 4L);
    }

    @Test
    void countsEachCameraForItself() throws Exception {
        send("gate", new Agreed(0));
        send("yard", new Differing("a", "b", true));
        send(null, new Failed());

        assertThat(subtask.extractOutputValues()).extracting(it -> it.keyText().orElse("-") + " " + it.counts().agreed()
                + it.counts().disagreed() + it.counts().failed()).containsExactly("gate 100", "yard 010", "- 001");
    }

    @Test
    void countsOnAfterARestartAndSendsWhatWasUnsent() throws Exception {
        send("gate", new Agreed(0));
        send("gate", new Agreed(0));
        OperatorSubtaskState state = subtask.snapshot(1, 1);
        close();
        start(Optional.of(state));

        subtask.setProcessingTime(PERIOD);
        assertThat(compared()).containsExactly(2L);
        subtask.setProcessingTime(2 * PERIOD);
        send("gate", new Agreed(0));
        assertThat(compared()).containsExactly(2L, 3L);
    }

    @Test
    void forgetsACameraOfWhichNothingComes() throws Exception {
        send("gate", new Agreed(0));
        subtask.setProcessingTime(PERIOD);
        subtask.setStateTtlProcessingTime(CompareFunction.TIME_TO_LIVE.toMillis() + 1);
        send("gate", new Agreed(0));

        assertThat(compared()).containsExactly(1L, 1L);
    }

    @Test
    void itsMetricsCountPictures() throws Exception {
        send("gate", new Agreed(0));
        send("gate", new Differing("a", "b", true));
        send("yard", new Failed());

        assertThat(counter(VisionMetrics.PICTURES_COMPARED)).isEqualTo(2);
        assertThat(counter(VisionMetrics.PICTURES_AGREED)).isEqualTo(1);
        assertThat(counter(VisionMetrics.COMPARISONS_FAILED)).isEqualTo(1);
    }

    private long counter(String name) throws ReflectiveOperationException {
        return RegisteredMetrics.of(function.getRuntimeContext().getMetricGroup(), name, Counter.class).getCount();
    }

    private List<Long> compared() {
        return subtask.extractOutputValues().stream().map(it -> it.counts().compared()).toList();
    }

    private void send(String key, Outcome outcome) throws Exception {
        subtask.processElement(new ComparedPicture(Optional.ofNullable(key).map(text -> text.getBytes(UTF_8)),
                "images-0-" + sent, Instant.ofEpochMilli(1_700_000_000_000L + sent++), MODELS, outcome), 0);
    }
}
