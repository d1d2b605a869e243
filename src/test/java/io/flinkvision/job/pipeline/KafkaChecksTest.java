package io.flinkvision.job.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KafkaChecksTest {

    @Test
    void thereAreNoneOfTheJobsThatComeWithTheProject() {
        assertThat(warnings()).isEmpty();
        assertThat(warnings("sink.guarantee=exactly-once")).isEmpty();
    }

    @Test
    void tellOfTransactionsThatEndBeforeASlowCheckpoint() {
        assertThat(warnings("sink.guarantee=exactly-once", "sink.transaction-timeout=359 s")).singleElement().asString()
                .contains("sink.transaction-timeout is 359 s").contains("360 s");
        assertThat(warnings("sink.guarantee=exactly-once", "sink.transaction-timeout=360 s")).isEmpty();
        assertThat(warnings("sink.guarantee=at-least-once", "sink.transaction-timeout=359 s")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1"})
    void tellOfAProducerThatDoesNotWaitForTheCopies(String acks) {
        assertThat(warnings("sink.properties.acks=" + acks)).singleElement().asString().contains("acks to " + acks);
    }

    @ParameterizedTest
    @ValueSource(strings = {"all", "-1"})
    void areSilentAboutOneThatDoes(String acks) {
        assertThat(warnings("sink.properties.acks=" + acks)).isEmpty();
    }

    @Test
    void tellOfAJobThatSkipsWhatItWasNotThereFor() {
        assertThat(warnings("source.starting-offsets=latest")).singleElement().asString().contains("are skipped");
    }

    @Test
    void tellOfAProducerThatRefusesTheLargestLabels() {
        assertThat(warnings("max-image-bytes=1000", "sink.properties.max.request.size=10000"))
                .singleElement().asString()
                .contains("max.request.size to 10000").contains("again after each restart");
        assertThat(warnings("max-image-bytes=1000", "sink.properties.max.request.size=600000")).isEmpty();
        assertThat(warnings("max-image-bytes=1000", "sink.properties.max.request.size=600000", "model.top-k=1000"))
                .hasSize(1);
    }

    @Test
    void tellOfAProducerThatRefusesTheLargestDeadLetters() {
        assertThat(warnings("max-image-bytes=1 MiB", "sink.properties.max.request.size=1000000")).singleElement()
                .asString().contains("max.request.size to 1000000").contains("goes without its value");
        assertThat(warnings("max-image-bytes=1 MiB", "sink.properties.max.request.size=2000000")).isEmpty();
        assertThat(warnings("max-image-bytes=1500 KiB", "source.value=base64",
                "sink.properties.max.request.size=2000000")).as("base64 takes a third more").hasSize(1);
    }

    private static List<String> warnings(String... overrides) {
        return JobDefinition.read(JobHarness.JOB_FILE, Map.of(), List.of(overrides)).values().warnings();
    }
}
