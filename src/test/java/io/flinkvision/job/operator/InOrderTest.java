package io.flinkvision.job.operator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.job.record.RawRecord;
import io.flinkvision.job.record.RecordCoordinates;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.runtime.plugable.SerializationDelegate;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.transformations.PartitionTransformation;
import org.apache.flink.streaming.runtime.partitioner.CustomPartitionerWrapper;
import org.apache.flink.streaming.runtime.partitioner.ForwardPartitioner;
import org.apache.flink.streaming.runtime.partitioner.StreamPartitioner;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.junit.jupiter.api.Test;

class InOrderTest {

    @Test
    void asManySubtasksPassEachRecordToTheirOwnNeighbour() {
        assertThat(partitioner(2, 2)).isInstanceOf(ForwardPartitioner.class);
    }

    @Test
    void recordsOfOneKeyGoToOneSubtaskAndManyKeysToAll() {
        StreamPartitioner<RawRecord> partitioner = partitioner(2, 3);
        assertThat(partitioner).isInstanceOf(CustomPartitionerWrapper.class);
        partitioner.setup(3);

        Set<Integer> used = new HashSet<>();
        for (int camera = 0; camera < 50; camera++) {
            int first = subtask(partitioner, record("camera-" + camera, 0));
            assertThat(first).isBetween(0, 2);
            assertThat(subtask(partitioner, record("camera-" + camera, 7))).isEqualTo(first);
            used.add(first);
        }
        assertThat(used).containsExactlyInAnyOrder(0, 1, 2);
    }

    @Test
    void recordsWithoutAKeyStayInTheOrderOfTheirPartition() {
        StreamPartitioner<RawRecord> partitioner = partitioner(2, 3);
        partitioner.setup(3);
        RawRecord early = new RawRecord(
                new RecordCoordinates("images", 5, 0), Optional.empty(), Optional.empty(), List.of());
        RawRecord late = new RawRecord(
                new RecordCoordinates("images", 5, 1), Optional.empty(), Optional.empty(), List.of());

        assertThat(subtask(partitioner, early)).isEqualTo(subtask(partitioner, late));
    }

    private static int subtask(StreamPartitioner<RawRecord> partitioner, RawRecord record) {
        SerializationDelegate<StreamRecord<RawRecord>> delegate = new SerializationDelegate<>(null);
        delegate.setInstance(new StreamRecord<>(record));
        return partitioner.selectChannel(delegate);
    }

    private static RawRecord record(String key, long offset) {
        return new RawRecord(new RecordCoordinates("images", 0, offset), Optional.of(key.getBytes(UTF_8)),
                Optional.empty(), List.of());
    }

    @SuppressWarnings("unchecked")
    private static StreamPartitioner<RawRecord> partitioner(int from, int to) {
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment();
        environment.setParallelism(from);
        DataStream<RawRecord> records = environment.fromSequence(0, 1)
                .map(number -> record("camera", number))
                .returns(RecordTypeInformation.RAW_RECORD);
        DataStream<RawRecord> passed = InOrder.pass(records, to, record -> record);
        return (StreamPartitioner<RawRecord>)
                ((PartitionTransformation<?>) passed.getTransformation()).getPartitioner();
    }
}
