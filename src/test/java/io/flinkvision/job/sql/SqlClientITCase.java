package io.flinkvision.job.sql;

import static io.flinkvision.job.pipeline.JobHarness.key;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flinkvision.cluster.TestBroker;
import io.flinkvision.cluster.TestCluster;
import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.head.SampleHeads;
import io.flinkvision.job.pipeline.JobHarness;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@code jobs/classify.sql}, run by Flink's own SQL client in a process of its own. */
class SqlClientITCase {

    private static final Path SCRIPT = Path.of("jobs/classify.sql");
    private static final Path CLIENT = Path.of("target/sql-client");
    private static final Path JOB_JAR = Path.of(System.getProperty("job.jar"));
    private static final ObjectMapper JSON = new ObjectMapper();

    @RegisterExtension
    static final TestBroker KAFKA = TestBroker.shared();

    @RegisterExtension
    static final TestCluster FLINK = new TestCluster();

    @TempDir
    Path folder;

    @Test
    void theScriptLabelsTheSixPictures() throws Exception {
        try (JobHarness topics = new JobHarness(KAFKA.broker(), FLINK, 2)) {
            topics.sendPictures(2);
            topics.send("text", "no picture".getBytes(UTF_8),
                    new RecordHeader("capture-time", "1700000000123".getBytes(UTF_8)));
            topics.send("null", null, new RecordHeader("capture-time", "yesterday".getBytes(UTF_8)));
            topics.send(null, "no key".getBytes(UTF_8));

            List<ConsumerRecord<byte[], byte[]>> records = labels(script(topics), topics, 9);

            Map<String, JsonNode> labels = new HashMap<>();
            for (ConsumerRecord<byte[], byte[]> record : records) {
                labels.put(key(record), JSON.readTree(record.value()));
            }
            assertThat(labels).hasSize(9);
            JobHarness.pictures().forEach(picture -> {
                String name = picture.getFileName().toString();
                assertThat(labels.get(name).get("label").textValue()).as(name).isEqualTo(classOf(name));
                assertThat(labels.get(name).get("score").doubleValue()).as(name).isBetween(0.5, 1.0);
                assertThat(labels.get(name).get("labels")).as(name).hasSize(3);
                assertThat(labels.get(name).get("error_code").isNull()).as(name).isTrue();
            });
            assertThat(labels.get("meal_1.jpg").get("id").textValue()).isEqualTo(topics.images() + "-0-0");
            assertThat(labels.get("text").get("error_code").textValue()).isEqualTo("UNKNOWN_FORMAT");
            assertThat(labels.get("text").get("label").isNull()).isTrue();
            assertThat(labels.get("text").get("capture_time").textValue()).isEqualTo("2023-11-14T22:13:20.123Z");
            assertThat(labels.get("null").get("error_code").textValue()).isEqualTo("EMPTY");
            assertThat(labels.get("null").get("capture_time").isNull()).isTrue();
            ConsumerRecord<byte[], byte[]> text =
                    records.stream().filter(record -> key(record).equals("text")).findFirst().orElseThrow();
            assertThat(JobHarness.header(text, "capture-time")).isEqualTo("1700000000123");
            assertThat(Files.readString(folder.resolve("client.log")))
                    .containsPattern("meal_1.jpg \\| +food \\| +kitchen \\| +gate-(yes|no) \\| +FALSE ")
                    .containsPattern("text \\| +<NULL> \\| +<NULL> \\| +<NULL> \\| +<NULL> ");
        }
    }

    /** The script with this test's brokers and topics; all else, the paths too, is as it lies in the project. */
    private Path script(JobHarness topics) throws IOException {
        String script = Files.readString(SCRIPT);
        assertThat(script).contains("'" + Path.of("").toAbsolutePath().relativize(JOB_JAR) + "'");
        int insert = script.indexOf("INSERT INTO");
        return Files.writeString(folder.resolve("classify.sql"),
                (script.substring(0, insert) + twoModelsAndAJoin() + script.substring(insert))
                .replace("'localhost:9092'", "'" + KAFKA.bootstrapServers() + "'")
                .replace("'topic' = 'images'", "'topic' = '" + topics.images() + "'")
                .replace("'topic' = 'labels-sql'", "'topic' = '" + topics.labelsTopic() + "'"));
    }

    /** Before the query that does not end: one of the pictures that are there, with a second model. */
    private String twoModelsAndAJoin() throws IOException {
        Path head = Files.write(folder.resolve("gate.safetensors"),
                SampleHeads.of("gate", ModelBundle.read(Path.of("conf/models/triage")).backboneDigest()).bytes());
        return """
                SET 'sql-client.execution.result-mode' = 'tableau';

                CREATE TEMPORARY MODEL gate INPUT (picture BYTES) OUTPUT (`unknown` BOOLEAN, label STRING)
                WITH ('provider' = 'flink-vision', 'bundle' = 'triage', 'head' = '%s', 'region' = '0,0,0.5,1');

                CREATE TEMPORARY VIEW sent AS SELECT camera, picture FROM images
                /*+ OPTIONS('scan.startup.mode' = 'earliest-offset', 'scan.bounded.mode' = 'latest-offset') */;

                CREATE TEMPORARY VIEW triaged AS SELECT camera, picture, label AS thing
                FROM ML_PREDICT(TABLE sent, MODEL triage, DESCRIPTOR(picture));

                CREATE TEMPORARY VIEW owners AS SELECT * FROM (VALUES ('food', 'kitchen'), ('report', 'office'))
                AS named (owned, owner);

                SELECT camera, thing, owner, label AS gate, `unknown`
                FROM ML_PREDICT(TABLE triaged, MODEL gate, DESCRIPTOR(picture)) LEFT JOIN owners ON thing = owned;

                """.formatted(head);
    }

    /** What the script writes while the client runs it. */
    private List<ConsumerRecord<byte[], byte[]>> labels(Path script, JobHarness topics, int count) throws IOException {
        Path output = folder.resolve("client.log");
        Process client = startClient(script, output);
        try {
            return topics.labels(count);
        } catch (AssertionError e) {
            throw new AssertionError("The SQL client said: " + Files.readString(output), e);
        } finally {
            client.destroyForcibly().onExit().join();
        }
    }

    /**
     * Starts the client with a cluster of its own inside, so that the job's jar alone brings Kafka's classes to both.
     * It goes on while the query does, for the cluster would end with it.
     */
    private Process startClient(Path script, Path output) throws IOException {
        Files.writeString(folder.resolve("config.yaml"), """
                execution.target: local
                table.dml-sync: true
                taskmanager.numberOfTaskSlots: 2
                taskmanager.memory.managed.size: 8m
                taskmanager.memory.network.min: 32m
                taskmanager.memory.network.max: 32m
                classloader.parent-first-patterns.additional: org.opencv.;nu.pattern.;ai.onnxruntime.;\
                io.flinkvision.core.natives.
                """);
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx1g",
                "-Dlog4j2.configurationFile=conf/log4j2.properties"));
        Stream.of("java.lang", "java.util", "java.nio")
                .forEach(opened -> command.add("--add-opens=java.base/" + opened + "=ALL-UNNAMED"));
        command.addAll(List.of("-cp", clientClassPath(), "org.apache.flink.table.client.SqlClient",
                "-f", script.toString(), "-hist", folder.resolve("history").toString()));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true).redirectOutput(output.toFile()).redirectInput(new File("/dev/null"));
        builder.environment().put("FLINK_CONF_DIR", folder.toString());
        return builder.start();
    }

    /**
     * The SQL client, and what lib/ holds: Flink's distribution and the natives. Neither this project's classes nor the
     * Kafka that its jar brings.
     */
    private static String clientClassPath() throws IOException {
        try (Stream<Path> client = Files.list(CLIENT)) {
            Stream<String> flink = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                    .filter(entry -> entry.endsWith(".jar"))
                    .filter(entry -> !entry.matches(".*/(flink-connector-kafka|kafka|opencv|onnxruntime)[^/]*"));
            return Stream.concat(Stream.of(System.getProperty("natives.jar")), Stream.concat(
                            client.map(Path::toString), flink))
                    .collect(Collectors.joining(File.pathSeparator));
        }
    }

    private static String classOf(String name) {
        String start = name.substring(0, name.indexOf('_'));
        return start.equals("meal") ? "food" : start;
    }
}
