package io.flinkvision.job.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class KafkaClientsTest {

    private static final int TOPIC_LIMIT = 50 << 20;

    @Test
    void aDeadLetterIsLimitedByItsTopicAlone() {
        Properties properties = clients().deadLetterProperties(TOPIC_LIMIT);

        assertThat(properties).containsEntry("max.request.size", "2147483647");
        assertThat(Long.parseLong(properties.getProperty("buffer.memory"))).isGreaterThan(TOPIC_LIMIT);
        assertThat(KafkaClients.largestRecord(properties, TOPIC_LIMIT)).isEqualTo(TOPIC_LIMIT);
    }

    @Test
    void whatTheJobFileSetsIsLeftAsItIs() {
        Properties properties = clients(
                "sink.properties.max.request.size=1000000", "kafka.properties.buffer.memory=2000000")
                .deadLetterProperties(TOPIC_LIMIT);

        assertThat(properties).containsEntry("max.request.size", "1000000").containsEntry("buffer.memory", "2000000");
    }

    @Test
    void aDeadLetterThatTheProducerWouldRefuseGoesWithoutItsValue() {
        assertThat(largestDeadLetter("sink.properties.max.request.size=1000000")).isEqualTo(1_000_000);
        assertThat(largestDeadLetter("sink.properties.buffer.memory=500000")).isEqualTo(500_000);
        assertThat(largestDeadLetter("sink.properties.max.request.size=$${file:/run/settings:size}"))
                .as("nobody knows that here").isEqualTo(TOPIC_LIMIT);
    }

    @Test
    void theClientsMakeRoomForPicturesInBase64() {
        long bytes = Long.parseLong(clients("max-image-bytes=12 MiB").consumerProperties()
                .getProperty("max.partition.fetch.bytes"));
        long base64 = Long.parseLong(clients("max-image-bytes=12 MiB", "source.value=base64").consumerProperties()
                .getProperty("max.partition.fetch.bytes"));

        assertThat(bytes).isEqualTo(13L << 20);
        assertThat(base64).isBetween(17L << 20, 18L << 20);
    }

    @Test
    void answersHaveRoomForTheRegionsOfACamera() {
        long whole = clients().maxAnswerBytes();

        assertThat(clients("regions=[{name: a, box: [0, 0, 1, 1]}, {name: b, box: [0, 0, 1, 1]}]").maxAnswerBytes())
                .as("5 labels and the rest, twice").isEqualTo(whole + 2 * (5 * 256 + 512));
        assertThat(clients("model.heads-topic=heads").maxAnswerBytes())
                .as("fits a topic with Kafka's default limit").isBetween(whole + 400_000, 1_048_588L);
    }

    private static int largestDeadLetter(String... overrides) {
        return KafkaClients.largestRecord(clients(overrides).deadLetterProperties(TOPIC_LIMIT), TOPIC_LIMIT);
    }

    private static KafkaClients clients(String... overrides) {
        return new KafkaClients(JobDefinition.read(JobHarness.JOB_FILE, Map.of(), List.of(overrides)));
    }
}
