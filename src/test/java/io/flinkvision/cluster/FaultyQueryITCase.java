package io.flinkvision.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flinkvision.cluster.FaultyDecoder.Fault;
import io.flinkvision.core.natives.TurboJpeg;
import io.flinkvision.job.pipeline.JobHarness;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A picture that crashes the decoder of JPEGs, in a query. The TaskManager's process really dies. */
@ExtendWith(ProcessLogs.class)
class FaultyQueryITCase {

    private static final String IMAGES = "faulty-query-images";
    private static final String LABELS = "faulty-query-labels";

    private static final ObjectMapper JSON = new ObjectMapper();

    @RegisterExtension
    static final TestBroker KAFKA = TestBroker.shared();

    @TempDir
    private Path folder;

    @Test
    void theVictimIsRefusedAfterTwoCrashesAndTheOtherPicturesGetTheirLabels() throws Exception {
        Path natives = Path.of(System.getProperty("natives.jar"));
        Path faults = folder.resolve("faults");
        FaultyDecoder.compile(faults, natives);
        KAFKA.createTopic(IMAGES, 1);
        KAFKA.createTopic(LABELS, 1);
        send();
        try (FlinkProcesses flink = FlinkProcesses.session(folder.resolve("flink"), List.of(faults, natives),
                Map.of("heartbeat.interval", "1 s", "heartbeat.timeout", "20 s",
                        "env.java.opts.taskmanager", "-D" + TurboJpeg.FILE_PROPERTY + "=none"))) {
            ChildProcess taskManager = flink.startTaskManager();
            submit(flink);
            for (int death = 0; death < 2; death++) {
                taskManager.awaitEnd();
                assertThat(taskManager.logText()).contains("SIGSEGV");
                taskManager = flink.startTaskManager();
            }

            Map<String, JsonNode> labels = new HashMap<>();
            Waiting.until("labels of all pictures", () -> {
                labels.putAll(labels());
                return labels.size() == 3;
            });

            assertThat(labels.get("victim").get("error_code").textValue()).isEqualTo("CRASHED_DECODER");
            assertThat(labels.get("victim").get("label").isNull()).isTrue();
            assertThat(labels.get("before").get("label").textValue()).isEqualTo("food");
            assertThat(labels.get("after").get("label").textValue()).isEqualTo("food");
            assertThat(taskManager.isAlive()).isTrue();
        }
    }

    private static void send() throws Exception {
        byte[] picture = JobHarness.bytes(JobHarness.pictures().get(0));
        try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, KAFKA.bootstrapServers()),
                new StringSerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(IMAGES, "before", picture)).get();
            producer.send(new ProducerRecord<>(IMAGES, "victim", Fault.CRASH.in(picture))).get();
            producer.send(new ProducerRecord<>(IMAGES, "after", picture)).get();
        }
    }

    /** Plans the query here and runs it there, with the job's jar. */
    private void submit(FlinkProcesses flink) throws Exception {
        URI address = new URI("http://" + flink.address());
        Configuration settings = new Configuration();
        settings.setString("execution.checkpointing.interval", "1 s");
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.createRemoteEnvironment(
                address.getHost(), address.getPort(), settings, System.getProperty("job.jar"));
        environment.setParallelism(1);
        StreamTableEnvironment tables = StreamTableEnvironment.create(environment);
        tables.executeSql("CREATE TEMPORARY TABLE images (camera STRING, picture BYTES) WITH ('connector' = 'kafka',"
                + " 'topic' = '" + IMAGES + "', 'properties.bootstrap.servers' = '" + KAFKA.bootstrapServers() + "',"
                + " 'scan.startup.mode' = 'earliest-offset', 'key.format' = 'raw', 'key.fields' = 'camera',"
                + " 'value.format' = 'raw', 'value.fields-include' = 'EXCEPT_KEY')");
        tables.executeSql("CREATE TEMPORARY TABLE labels (camera STRING, label STRING, error_code STRING) WITH"
                + " ('connector' = 'kafka', 'topic' = '" + LABELS + "', 'properties.bootstrap.servers' = '"
                + KAFKA.bootstrapServers() + "', 'format' = 'json')");
        tables.executeSql("CREATE TEMPORARY MODEL triage INPUT (picture BYTES) OUTPUT (label STRING, error_code STRING)"
                + " WITH ('provider' = 'flink-vision', 'bundle' = '" + Path.of("conf/models/triage").toAbsolutePath()
                + "', 'crash-guard.folder' = '" + folder.resolve("notes") + "')");
        tables.executeSql("INSERT INTO labels SELECT camera, label, error_code"
                + " FROM ML_PREDICT(TABLE images, MODEL triage, DESCRIPTOR(picture))");
    }

    /** The last record of each camera. */
    private static Map<String, JsonNode> labels() {
        Map<String, JsonNode> labels = new HashMap<>();
        try (TopicReader reader = new TopicReader(KAFKA.bootstrapServers(), LABELS)) {
            for (ConsumerRecord<byte[], byte[]> record : reader.all()) {
                JsonNode label = JSON.readTree(record.value());
                labels.put(label.get("camera").textValue(), label);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return labels;
    }
}
