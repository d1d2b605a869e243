package io.flinkvision.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.TimestampProto;
import io.flinkvision.cluster.TestBroker;
import io.flinkvision.cluster.TestCluster;
import io.flinkvision.cluster.TopicReader;
import io.flinkvision.core.configuration.ConfigurationException;
import io.flinkvision.job.format.RecordFormat;
import io.flinkvision.job.format.RecordSchema;
import io.flinkvision.job.pipeline.BrokerCheck;
import io.flinkvision.job.pipeline.EventsDefinition;
import io.flinkvision.job.pipeline.JobHarness;
import io.flinkvision.job.record.CameraEvent;
import io.flinkvision.job.record.Classification;
import io.flinkvision.job.registry.TestSchemaRegistry;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.avro.shaded.org.apache.avro.Schema;
import org.apache.flink.avro.shaded.org.apache.avro.generic.GenericRecord;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.formats.avro.registry.confluent.ConfluentRegistryAvroDeserializationSchema;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Labels and events with a schema, of a classify job and of an events job that reads its labels. */
class SinkFormatITCase {

    @RegisterExtension
    static final TestBroker KAFKA = TestBroker.shared();

    @RegisterExtension
    static final TestCluster FLINK = new TestCluster();

    private TestSchemaRegistry registry;

    @BeforeEach
    void start() throws Exception {
        registry = new TestSchemaRegistry();
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    @ParameterizedTest
    @EnumSource(value = RecordFormat.class, names = "JSON", mode = EnumSource.Mode.EXCLUDE)
    void allReadersReadWhatTheJobsWriteThoughTheRegistryFailsOnceTheyRun(RecordFormat format) throws Exception {
        String[] options = {"sink.format=" + format.name().toLowerCase(Locale.ROOT),
                "sink.schema-registry.url=" + registry.url()};
        String events = "events-" + format;
        KAFKA.createTopic(events, 1);
        KAFKA.createTopic(events + "-again", 1);
        try (JobHarness harness = new JobHarness(KAFKA.broker(), FLINK, 1)) {
            JobClient classify = harness.submit(
                    options[0], options[1], "events.topic=" + events, "parallelism=1");
            JobClient eventsJob = submitEventsJob(harness, events + "-again", options);
            registry.refuse("POST ", 503);
            try {
                Instant time = Instant.now().minusSeconds(60);
                List<Path> pictures = JobHarness.pictures();
                for (int i = 0; i < pictures.size(); i++) {
                    // Two seconds apart, so that events need not wait until the readers are idle.
                    harness.send("camera-" + i, JobHarness.bytes(pictures.get(i)), JobHarness.header(
                            "capture-time", Long.toString(time.plusSeconds(2 * i).toEpochMilli())));
                }

                List<ConsumerRecord<byte[], byte[]>> labels = harness.labels(pictures.size());

                assertThat(labels).allSatisfy(record -> {
                    Classification read = Classification.read(record.value());
                    assertThat(read.labels()).hasSize(3);
                    assertThat(JobHarness.header(record, "content-type")).isEqualTo(format.contentType());
                    assertThat(field(record, RecordSchema.CLASSIFICATION, format, "id")).isEqualTo(read.id());
                    assertThat(field(record, RecordSchema.CLASSIFICATION, format, "key"))
                            .isEqualTo(new String(record.key(), UTF_8));
                });
                for (String topic : List.of(events, events + "-again")) {
                    List<String> types = new ArrayList<>();
                    for (ConsumerRecord<byte[], byte[]> record : TopicReader.read(KAFKA.bootstrapServers(), topic, 4)) {
                        String type = CameraEvent.read(record.value()).event().type();
                        assertThat(field(record, RecordSchema.EVENT, format, "type")).isEqualTo(type);
                        types.add(type);
                    }
                    assertThat(types).contains("online");
                }
                assertThat(JobHarness.status(classify)).isEqualTo(JobStatus.RUNNING);
                assertThat(registry.requests()).filteredOn(request -> request.endsWith("/versions"))
                        .containsExactlyInAnyOrder("POST /subjects/" + harness.labelsTopic() + "-value/versions",
                                "POST /subjects/" + events + "-value/versions",
                                "POST /subjects/" + events + "-again-value/versions");
            } finally {
                JobHarness.cancel(eventsJob);
            }
        }
    }

    @Test
    void aJobIsNotSubmittedWithASchemaThatTheRegistryRefuses() throws Exception {
        try (JobHarness harness = new JobHarness(KAFKA.broker(), FLINK, 1)) {
            registry.put(harness.labelsTopic() + "-value", "AVRO", "\"string\"");
            var job = harness.definition("sink.format=avro", "sink.schema-registry.url=" + registry.url());

            assertThat(BrokerCheck.ask(job).problems()).singleElement().asString()
                    .contains("as a new version of subject " + harness.labelsTopic() + "-value");
            assertThatExceptionOfType(ConfigurationException.class)
                    .isThrownBy(() -> ClassifyJob.addTo(
                            StreamExecutionEnvironment.getExecutionEnvironment(), job, BrokerCheck.unasked(job)))
                    .withMessageContaining("sink.schema-registry.url").withMessageContaining("choose another topic");
        }
    }

    private static JobClient submitEventsJob(JobHarness harness, String topic, String... options) throws Exception {
        EventsDefinition job = EventsDefinition.read(Path.of("jobs/events.yaml"), Map.of(), List.of(
                "source.bootstrap-servers=" + KAFKA.bootstrapServers(), "source.topics=" + harness.labelsTopic(),
                "sink.topic=" + topic, "dead-letters.topic=" + harness.deadLettersTopic(), "checkpoint-interval=200 ms",
                "parallelism=1", options[0], options[1]));
        StreamExecutionEnvironment environment = harness.cluster().environment(new Configuration());
        EventsJob.addTo(environment, job, BrokerCheck.ask(job));
        return environment.executeAsync(job.name());
    }

    /** A text of a record, as found by Flink's deserialiser with the registry, or by what Protobuf's compiler made. */
    private String field(ConsumerRecord<byte[], byte[]> record, RecordSchema schema, RecordFormat format, String name)
            throws Exception {
        if (format == RecordFormat.AVRO) {
            GenericRecord read = ConfluentRegistryAvroDeserializationSchema
                    .forGeneric(new Schema.Parser().parse(schema.text(RecordFormat.AVRO)), registry.url())
                    .deserialize(record.value());
            return read.get(name).toString();
        }
        assertThat(registry.text(ByteBuffer.wrap(record.value()).getInt(1))).isEqualTo(schema.text(format));
        Descriptor compiled = compiled(schema);
        DynamicMessage read = DynamicMessage.parseFrom(
                compiled, Arrays.copyOfRange(record.value(), 6, record.value().length));
        return (String) read.getField(compiled.findFieldByName(name));
    }

    private static Descriptor compiled(RecordSchema schema) throws Exception {
        Path file = Path.of("src/test/resources/schemas/1", schema.name().toLowerCase(Locale.ROOT) + ".desc");
        return FileDescriptor.buildFrom(FileDescriptorSet.parseFrom(Files.readAllBytes(file)).getFile(0),
                new FileDescriptor[] {TimestampProto.getDescriptor()}).getMessageTypes().get(0);
    }
}
