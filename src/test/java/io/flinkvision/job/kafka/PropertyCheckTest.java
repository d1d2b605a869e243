package io.flinkvision.job.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PropertyCheckTest {

    private static final String SECRET = "hunter2";

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "compression.type | producer | one of: none, gzip, snappy, lz4, zstd",
        "max.poll.records | consumer | Not a number of type INT",
        "linger.ms | producer | Not a number of type LONG",
        "isolation.level | consumer | one of: read_committed, read_uncommitted",
        "security.protocol | admin client | one of",
        "enable.auto.commit | consumer | either true or false",
        "request.timeout.ms | admin client | Not a number of type INT"})
    void aValueThatKafkaRefusesIsAProblemWithoutTheValue(String name, String client, String reason) {
        assertThat(PropertyCheck.problems(Map.of(name, SECRET))).singleElement().asString()
                .startsWith(name + " has a value that Kafka's " + client + " refuses: ").contains(reason)
                .doesNotContain(SECRET);
    }

    @Test
    void aNumberOutOfBoundsIsAProblem() {
        assertThat(PropertyCheck.problems(Map.of("max.poll.records", "0"))).singleElement().asString()
                .contains("Value must be at least 1");
    }

    @Test
    void eachOfSeveralProblemsIsTold() {
        assertThat(PropertyCheck.problems(Map.of("acks", "some", "retries", "-1", "client.id", "gate"))).hasSize(2)
                .anyMatch(problem -> problem.startsWith("acks ")).anyMatch(problem -> problem.startsWith("retries "));
    }

    @Test
    void whatOnlyShowsWhereTheJobRunsIsLeftAlone() {
        assertThat(PropertyCheck.problems(Map.of(
                "sasl.client.callback.handler.class", "software.somewhere.Handler",
                "config.providers", "file",
                "config.providers.file.class", "org.apache.kafka.common.config.provider.FileConfigProvider",
                "max.poll.records", "${file:/run/settings:records}",
                "unknown.property", "anything"))).isEmpty();
        assertThat(PropertyCheck.producerProblem(Map.of(
                "sasl.client.callback.handler.class", "software.somewhere.Handler",
                "config.providers", "missing",
                "config.providers.missing.class", "software.somewhere.Provider",
                "ssl.keystore.location", "/nowhere", "linger.ms", "${missing:/run/settings:linger}"), true)).isEmpty();
    }

    @Test
    void aProducersPropertiesMustGoTogether() {
        assertThat(PropertyCheck.producerProblem(Map.of("delivery.timeout.ms", "10000"), false)).hasValueSatisfying(
                problem -> assertThat(problem).contains("delivery.timeout.ms must be at least linger.ms"));
        assertThat(PropertyCheck.producerProblem(
                Map.of("delivery.timeout.ms", "10000", "request.timeout.ms", "5000"), false)).isEmpty();
        assertThat(PropertyCheck.producerProblem(Map.of("enable.idempotence", "true", "acks", "1"), false))
                .hasValueSatisfying(problem -> assertThat(problem).contains("Must set acks to all"));
        assertThat(PropertyCheck.producerProblem(Map.of("acks", "1"), false)).isEmpty();
        assertThat(PropertyCheck.producerProblem(Map.of("acks", "1"), true)).isPresent();
        assertThat(PropertyCheck.producerProblem(Map.of(), true)).isEmpty();
    }

    @Test
    void aConsumersPropertiesMustGoTogether() {
        assertThat(PropertyCheck.consumerProblem(Map.of("session.timeout.ms", "3000"))).hasValueSatisfying(
                problem -> assertThat(problem).contains("heartbeat.interval.ms"));
        assertThat(PropertyCheck.consumerProblem(Map.of())).isEmpty();
    }

    @Test
    void aClientsFailureDoesNotRepeatTheValueOfAProperty() {
        ConfigException refused = new ConfigException("ssl.key.password", SECRET, "Invalid " + SECRET);

        assertThat(ClientFailure.of(refused)).contains("ssl.key.password has a value that Kafka refuses")
                .doesNotContain(SECRET);
        assertThat(ClientFailure.of(new KafkaException("Failed to construct", refused))).doesNotContain(SECRET);
        assertThat(ClientFailure.of(new ConfigException("No resolvable bootstrap urls given in bootstrap.servers")))
                .contains("No resolvable bootstrap urls");
    }

    @Test
    void namesOfTopicsFollowKafkasRules() {
        assertThat(List.of("a", "a.b", "A_b-9", "..a", "x".repeat(249))).allMatch(TopicNames::isValid);
        assertThat(List.of("", ".", "..", "a b", "ä", "a/b", "x".repeat(250))).noneMatch(TopicNames::isValid);
        assertThat(TopicNames.colliding("a_b.c", List.of("a_b.c", "a_b", "a.b_c"))).contains("a.b_c");
        assertThat(TopicNames.colliding("a_b", List.of("a_b", "a-b", "ab"))).isEmpty();
    }
}
