package io.flinkvision.job.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.flinkvision.core.configuration.ConfigurationException;
import io.flinkvision.job.format.RecordFormat;
import io.flinkvision.job.format.RecordSchema;
import io.flinkvision.job.operator.JsonSerializationSchema;
import io.flinkvision.job.registry.TestSchemaRegistry;
import java.io.ByteArrayOutputStream;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SinkFormatTest {

    private static final String SECRET = "correct horse";

    private static JobDefinition job(String... overrides) {
        return JobDefinition.read(JobHarness.JOB_FILE, Map.of("REGISTRY_PASSWORD", SECRET), List.of(overrides));
    }

    @Test
    void withoutTheOptionLabelsAreJsonAndNoRegistryIsAsked() {
        JobDefinition job = job();

        assertThat(job.get(JobOptions.SINK_FORMAT)).isEqualTo(RecordFormat.JSON);
        assertThat(SinkFormat.serializer(job.values(), "labels", RecordSchema.CLASSIFICATION))
                .isInstanceOf(JsonSerializationSchema.class);
        assertThat(SinkFormat.problems(job)).isEmpty();
        assertThat(job.warnings()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            avro | name=a | refer to a schema in a registry; set sink.schema-registry.url to its address
            xml  | name=a | sink.format: must be one of json, avro, protobuf
            avro | sink.schema-registry.url=registry:8081 | must be the http or https address of one
            avro | sink.schema-registry.url=http://schema_registry:8081 | has no underscore in its name
            avro | sink.schema-registry.url=http://a:8081,http://b:8081 | must be the http or https address of one
            avro | sink.schema-registry.url=http://vision:${REGISTRY_PASSWORD}@r:8081 | must
            avro | sink.schema-registry.url=https://vision:horse@r:8081 | must not have a user and a password in it
            json | sink.schema-registry.properties.bearer.auth.token=x | there is no registry to log in to
            """)
    void saysWhatIsWrong(String format, String other, String message) {
        assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> job("sink.format=" + format, other))
                .withMessageContaining(message)
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("horse"));
    }

    @Test
    void propertiesAreCheckedWithoutTheirValues() {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> job("sink.format=avro", "sink.schema-registry.url=https://r",
                        "sink.schema-registry.properties.basic.auth.user.info=${REGISTRY_PASSWORD}"))
                .withMessageContaining("sink.schema-registry.properties: has a basic.auth.user.info that is not")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("horse"));
    }

    @Test
    void warnsOfARegistryThatIsNotAskedAndOfALoginInClearText() {
        assertThat(job("sink.schema-registry.url=http://r").warnings()).singleElement().asString()
                .contains("sink.format is json: it is ignored");
        assertThat(job("sink.format=avro", "sink.schema-registry.url=http://r",
                "sink.schema-registry.properties.basic.auth.user.info=vision:${REGISTRY_PASSWORD}").warnings())
                .singleElement().asString().contains("it is sent unencrypted").doesNotContain("horse");
    }

    /** The serialiser travels in the job's graph, and the values in the job's log. */
    @Test
    void thePasswordIsNeitherInTheGraphNorInTheLog() throws Exception {
        try (TestSchemaRegistry registry = new TestSchemaRegistry()) {
            JobDefinition job = job("sink.format=protobuf", "sink.schema-registry.url=" + registry.url(),
                    "sink.schema-registry.properties.basic.auth.user.info=vision:${REGISTRY_PASSWORD}");
            ByteArrayOutputStream graph = new ByteArrayOutputStream();
            try (ObjectOutputStream out = new ObjectOutputStream(graph)) {
                out.writeObject(SinkFormat.serializer(job.values(), "labels", RecordSchema.CLASSIFICATION));
            }

            assertThat(graph.toString(StandardCharsets.ISO_8859_1)).contains("labels").doesNotContain("horse");
            assertThat(job.values().toString()).contains("sink.schema-registry.url=" + registry.url())
                    .contains("basic.auth.user.info").doesNotContain("horse");
        }
    }

    @Test
    void anEventsJobRegistersTheSchemaOfEvents() throws Exception {
        try (TestSchemaRegistry registry = new TestSchemaRegistry()) {
            EventsDefinition job = EventsDefinition.read(Path.of("jobs/events.yaml"), Map.of(),
                    List.of("sink.format=avro", "sink.schema-registry.url=" + registry.url()));

            new KafkaClients(job).events("happened");

            assertThat(registry.requests()).contains("POST /subjects/happened-value/versions");
            assertThat(registry.text(258)).isEqualTo(RecordSchema.EVENT.text(RecordFormat.AVRO));
        }
    }
}
