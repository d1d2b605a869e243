package io.flinkvision.job.operator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.core.head.Backbone;
import io.flinkvision.core.image.ErrorCode;
import io.flinkvision.job.record.DeadLetter;
import io.flinkvision.job.record.RawRecord;
import io.flinkvision.job.record.Region;
import io.flinkvision.job.record.RegionKey;
import io.flinkvision.job.region.RegionChange;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The gate in Flink's harness. */
class HeadGateFunctionTest {

    private static final Backbone BACKBONE = new Backbone("ab".repeat(32), 3);
    private static final Backbone OTHER = new Backbone("cd".repeat(32), 3);

    /** What there is to read anew; static, as Flink serialises functions. */
    private static List<RawRecord> existing = List.of();

    private final Declarations topic = new Declarations();
    private OneInputStreamOperatorTestHarness<RawRecord, RegionChange> gate;

    @AfterEach
    void close() throws Exception {
        gate.close();
    }

    @Test
    void passesWhatIsGoodAndMakesDeadLettersOfTheRest() throws Exception {
        gate = started(BACKBONE, Optional.empty());
        process(topic.declare("camera-1/gate", "open", BACKBONE));
        process(topic.declare("camera-1/gate", "foreign", OTHER));
        RawRecord garbage = process(topic.add("camera-1/gate", Optional.of("garbage".getBytes(UTF_8))));
        process(topic.add("no region", Optional.empty()));
        process(topic.remove("camera-1/gate"));

        assertThat(gate.extractOutputValues()).extracting(change -> change.source().offset())
                .containsExactly(0L, 4L);
        assertThat(gate.extractOutputValues().get(0).region().orElseThrow().head().orElseThrow().description().name())
                .isEqualTo("open");
        assertThat(letters()).extracting(DeadLetter::code).containsOnly(ErrorCode.HEAD_REFUSED).hasSize(3);
        assertThat(letters().get(0).message()).contains(BACKBONE.digest(), OTHER.digest());
        assertThat(letters().get(1).source()).isEqualTo(garbage);
        assertThat(letters().get(2).message()).contains("camera/region");
    }

    @Test
    void theBoundsHoldAfterARestart() throws Exception {
        gate = started(BACKBONE, Optional.empty());
        for (int i = 0; i < Region.MAX_PER_CAMERA; i++) {
            process(topic.declare("camera-1/" + i, "open", BACKBONE));
        }
        OperatorSubtaskState state = gate.snapshot(1, 1);
        gate.close();

        gate = started(BACKBONE, Optional.of(state));
        process(topic.declare("camera-1/one more", "open", BACKBONE));
        process(topic.declare("camera-1/7", "open", BACKBONE));

        assertThat(letters()).singleElement().satisfies(letter ->
                assertThat(letter.message()).contains("camera-1 has 128 regions already"));
        assertThat(gate.extractOutputValues()).hasSize(1);
    }

    @Test
    void theJobFilesRegionsCountToo() throws Exception {
        gate = started(BACKBONE, Optional.empty(), RegionKey.parse("camera-1/of the job file"));
        for (int i = 0; i < Region.MAX_PER_CAMERA; i++) {
            process(topic.declare("camera-1/" + i, "open", BACKBONE));
        }

        assertThat(letters()).hasSize(1);
    }

    @Test
    void readsTheTopicAnewWhereItIsRestoredWithAnotherNetwork() throws Exception {
        gate = started(BACKBONE, Optional.empty());
        for (int i = 0; i < Region.MAX_PER_CAMERA; i++) {
            process(topic.declare("camera-1/" + i, "open", BACKBONE));
        }
        process(topic.declare("camera-2/gate", "open", OTHER));
        OperatorSubtaskState state = gate.snapshot(1, 1);
        gate.close();
        existing = topic.records();

        gate = started(OTHER, Optional.of(state));
        process(topic.declare("camera-1/one more", "open", OTHER));

        assertThat(letters()).isEmpty();
        assertThat(gate.extractOutputValues()).hasSize(1);
    }

    private static OneInputStreamOperatorTestHarness<RawRecord, RegionChange> started(
            Backbone backbone, Optional<OperatorSubtaskState> state, RegionKey... ofTheJobFile) throws Exception {
        OneInputStreamOperatorTestHarness<RawRecord, RegionChange> started =
                new OneInputStreamOperatorTestHarness<>(new ProcessOperator<>(new HeadGateFunction(
                        backbone, List.of(ofTheJobFile), records -> existing.forEach(records))));
        started.setup(RecordTypeInformation.REGION_CHANGE.createSerializer(
                started.getExecutionConfig().getSerializerConfig()));
        if (state.isPresent()) {
            started.initializeState(state.get());
        }
        started.open();
        return started;
    }

    private RawRecord process(RawRecord record) throws Exception {
        gate.processElement(record, 0);
        return record;
    }

    private List<DeadLetter> letters() {
        ConcurrentLinkedQueue<StreamRecord<DeadLetter>> letters = gate.getSideOutput(DeadLetterOutput.TAG);
        return letters == null ? List.of() : letters.stream().map(StreamRecord::getValue).toList();
    }
}
