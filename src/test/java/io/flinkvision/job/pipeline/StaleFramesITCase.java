package io.flinkvision.job.pipeline;

import static io.flinkvision.job.pipeline.JobHarness.bytes;
import static io.flinkvision.job.pipeline.JobHarness.header;
import static io.flinkvision.job.pipeline.JobHarness.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.cluster.TestBroker;
import io.flinkvision.cluster.TestCluster;
import io.flinkvision.job.operator.VisionMetrics;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A job that is started on what an outage has left: old frames before fresh ones. */
class StaleFramesITCase {

    private static final int BACKLOG = 300;
    private static final int FRESH = 6;
    private static final byte[] PICTURE = bytes(JobHarness.PICTURES.resolve("meal_1.jpg"));

    @RegisterExtension
    static final TestBroker KAFKA = TestBroker.shared();

    @RegisterExtension
    static final TestCluster FLINK = new TestCluster();

    @Test
    void oldFramesAreDeadLettersAndFreshOnesHaveLabelsInOrder() {
        try (JobHarness job = new JobHarness(KAFKA.broker(), FLINK, 1)) {
            sendBacklogAndFreshFrames(job);
            job.submit("max-age=1 h");

            List<ConsumerRecord<byte[], byte[]>> letters = job.deadLetters(BACKLOG + 1);
            assertThat(letters).hasSize(BACKLOG + 1)
                    .allMatch(letter -> header(letter, "error-code").equals("STALE"))
                    .allMatch(letter -> letter.value() != null);
            assertThatTheFreshOnesHaveLabelsInOrder(job.labels(FRESH));
            assertThatNoOldFrameWasDecoded(job);
        }
    }

    /** All old ones but the last are old by their records' timestamps, that one by its capture time. */
    private static void sendBacklogAndFreshFrames(JobHarness job) {
        Instant old = Instant.now().minus(Duration.ofHours(2));
        IntStream.range(0, BACKLOG).forEach(i -> job.sendOf(old.plusSeconds(i), "gate", PICTURE));
        job.send("gate", PICTURE, new RecordHeader("capture-time", ("" + old.toEpochMilli()).getBytes(UTF_8)));
        IntStream.range(0, FRESH).forEach(i -> job.send("gate", PICTURE));
    }

    private static void assertThatTheFreshOnesHaveLabelsInOrder(List<ConsumerRecord<byte[], byte[]>> labels) {
        assertThat(labels.stream().map(StaleFramesITCase::offset).toList())
                .isEqualTo(IntStream.range(0, FRESH).mapToObj(i -> BACKLOG + 1L + i).toList());
        assertThat(labels).allMatch(label -> json(label).at("/labels/0/label").asText().equals("food"));
    }

    private static void assertThatNoOldFrameWasDecoded(JobHarness job) {
        assertThat(job.cluster().metrics().sum("decode", VisionMetrics.IMAGES_DECODED)).isEqualTo(FRESH);
        assertThat(job.cluster().metrics().sum("decode", VisionMetrics.IMAGES_STALE)).isEqualTo(BACKLOG + 1);
    }

    private static long offset(ConsumerRecord<byte[], byte[]> answer) {
        return json(answer).at("/source/offset").longValue();
    }
}
