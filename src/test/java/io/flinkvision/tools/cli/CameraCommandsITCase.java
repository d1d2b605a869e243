package io.flinkvision.tools.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.flinkvision.cluster.TestBroker;
import io.flinkvision.cluster.TopicReader;
import io.flinkvision.job.camera.CameraDirectory;
import io.flinkvision.job.camera.TopicCameras;
import io.flinkvision.job.pipeline.CamerasDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Declarations of cameras on a topic of a real broker. */
class CameraCommandsITCase {

    @RegisterExtension
    static final TestBroker KAFKA = TestBroker.shared();

    private final String topic = "cameras-" + UUID.randomUUID();

    @TempDir
    private Path folder;

    @Test
    void aCameraIsAddedForTheJobToRead() throws Exception {
        CommandRun run = camera("add", "door", "rtsp://viewer:${CAMERA_DOOR}@192.0.2.10/1", "--fps", "2.50",
                "--max-side", "640", "--keyframes", "--only-changes", "8,5 s");

        assertThat(run.err()).isEqualTo("Created the topic " + topic + ", compacted, with one partition.\nAdded door\n"
                + "Jobs that read topic " + topic + " read it within seconds.\n");
        assertThat(run.exitCode()).isZero();
        assertThat(run.lines()).containsExactly(topic + "-0-0");
        ConsumerRecord<byte[], byte[]> record = records(1).get(0);
        assertThat(new String(record.key(), UTF_8)).isEqualTo("door");
        try (CameraDirectory.Opened cameras = new TopicCameras(topic, properties()).open()) {
            assertThat(cameras.cameras()).containsOnlyKeys("door").hasEntrySatisfying("door",
                    camera -> assertThat(camera.options()).isEqualTo(Map.of(
                            "source", "rtsp://viewer:${CAMERA_DOOR}@192.0.2.10/1", "fps", "2.5", "max-side", "640",
                            "keyframes", "true", "only-changes.threshold", "8", "only-changes.at-least-every", "5 s")));
        }
        try (Admin admin = Admin.create(properties())) {
            ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
            assertThat(admin.describeConfigs(List.of(resource)).all().get().get(resource).get("cleanup.policy").value())
                    .isEqualTo("compact");
        }
    }

    @Test
    void aFileAddsManyAndOnlyWhatChangesIsWritten() throws IOException {
        StringBuilder yaml = new StringBuilder("cameras:\n");
        for (int i = 0; i < 50; i++) {
            yaml.append("  camera-").append(i).append(": {source: 'test:").append(i + "x', fps: 1.50}\n");
        }
        Path file = Files.writeString(folder.resolve("cameras.yaml"), yaml);

        CommandRun first = camera("add", "--file", file.toString());
        Files.writeString(file, yaml.toString().replace("{source: 'test:7x', fps: 1.50}", "{source: 'test:7x'}"));
        CommandRun second = camera("add", "--file", file.toString());

        assertThat(first.exitCode()).isZero();
        assertThat(first.lines()).hasSize(50);
        assertThat(first.err()).contains("Added camera-0\n", "Added camera-49\n", "read them within seconds");
        assertThat(second.exitCode()).isZero();
        assertThat(second.lines()).containsExactly(topic + "-0-50");
        assertThat(second.err()).contains("Changed camera-7\n", "Left as it is: camera-8\n");
    }

    @Test
    void aPasswordIsNeitherWrittenNorShown() throws IOException {
        Path file = Files.writeString(folder.resolve("cameras.yaml"),
                "cameras:\n  gate: {source: 'test:gate'}\n  door: {source: 'rtsp://viewer:s3cret@192.0.2.10/1'}\n");

        CommandRun argument = camera("add", "door", "rtsp://viewer:s3cret@192.0.2.10/1", "--verbose");
        CommandRun ofFile = camera("add", "--file", file.toString(), "--verbose");

        assertUsage("source has a password in it", argument);
        assertThat(ofFile.exitCode()).isEqualTo(1);
        assertThat(ofFile.err()).contains(file + ":3: cameras.door.source: has a password in it");
        assertThat(argument.err() + ofFile.err()).doesNotContain("s3cret");
        assertThat(camera("list").err()).contains(topic + " does not exist");
    }

    @Test
    void whatTheJobWouldRefuseIsNotAdded() throws IOException {
        Path file = Files.writeString(folder.resolve("cameras.yaml"), "cameras:\n  yard: {source: /srv/pictures}\n");

        assertUsage("source must be an address", camera("add", "door", "/etc"));
        assertUsage("SECRET", camera("add", "door", "http://192.0.2.10/${SECRET}"));
        assertUsage("fps must be a number", camera("add", "door", "test:x", "--fps", "many"));
        assertUsage("use single quotes", camera("add", "door", "rtsp://:@192.0.2.10/1"));
        assertUsage("An ID and a SOURCE are missing", camera("add"));
        assertUsage("The SOURCE of the camera is missing", camera("add", "door"));
        assertUsage("--file has the cameras", camera("add", "door", "test:x", "--file", file.toString()));
        CommandRun ofFile = camera("add", "--file", file.toString());
        assertThat(ofFile.exitCode()).isEqualTo(1);
        assertThat(ofFile.err()).contains(file + ": yard: source must be an address");
        assertThat(camera("list").err()).contains(topic + " does not exist");
    }

    @Test
    void theListHasTheCamerasAndTheRefusedRecords() throws Exception {
        camera("add", "door", "rtsp://viewer:${CAMERA_DOOR}@192.0.2.10/1", "--fps", "2");
        camera("add", "yard", "test:yard");
        write("gate", "{\"source\": \"/etc\"}");
        write("gone", "garbage");
        write("yard", "{\"source\": \"test:yard\", \"fsp\": 2}");
        assertThat(camera("remove", "gone").exitCode()).isZero();

        CommandRun table = camera("list");
        List<JsonNode> json = camera("list", "--json").json();

        assertThat(table.exitCode()).isZero();
        assertThat(table.err()).isEmpty();
        assertThat(table.lines()).satisfiesExactly(
                header -> assertThat(header.split(" {2,}")).containsExactly("ID", "SOURCE", "FROM", "SETTINGS"),
                door -> assertThat(door.split(" {2,}")).containsExactly(
                        "door", "rtsp://viewer:${CAMERA_DOOR}@192.0.2.10/1", topic + "-0-0", "fps=2"),
                yard -> assertThat(yard.split(" {2,}")).containsExactly("yard", "test:yard", topic + "-0-1", "-"),
                gate -> assertThat(gate).startsWith("gate  refused: source must be").endsWith("(" + topic + "-0-2)"),
                refused -> assertThat(refused).startsWith("yard  refused: fsp is unknown"));
        assertThat(json).hasSize(4);
        assertThat(json.get(0).get("id").textValue()).isEqualTo("door");
        assertThat(json.get(0).get("settings").get("fps").textValue()).isEqualTo("2");
        assertThat(json.get(2).get("refused").textValue()).startsWith("source must be");
    }

    @Test
    void camerasAreRemovedAndMisspeltOnesAreNamed() {
        camera("add", "door", "test:door");
        camera("add", "yard", "test:yard");

        CommandRun run = camera("remove", "yard", "dor");
        CommandRun again = camera("remove", "yard");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.lines()).containsExactly(topic + "-0-2");
        assertThat(run.err()).contains("Removed yard\n", "has no camera dor; did you mean door?");
        assertThat(again.exitCode()).isEqualTo(1);
        assertThat(records(3).get(2).value()).isNull();
        assertThat(camera("list").lines()).hasSize(2).last().asString().startsWith("door");
        assertUsage("ID", camera("remove"));
    }

    @Test
    void theTopicIsThatOfTheJobFile() throws Exception {
        Path file = Files.writeString(folder.resolve("job.yaml"), """
                name: cameras
                source: {bootstrap-servers: "%s", cameras-topic: "%s"}
                sink: {topic: images}
                """.formatted(KAFKA.bootstrapServers(), topic));

        CommandRun run = CommandRun.of("camera", "add", "door", "test:door", "--job", file.toString());

        assertThat(run.exitCode()).isZero();
        assertThat(run.lines()).containsExactly(topic + "-0-0");
        try (CameraDirectory.Opened cameras =
                CamerasDefinition.read(file, Map.of(), List.of()).cameras().open()) {
            assertThat(cameras.cameras()).containsOnlyKeys("door");
        }
    }

    private void write(String key, String value) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(properties(), new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topic, key.getBytes(UTF_8), value.getBytes(UTF_8))).get();
        }
    }

    private List<ConsumerRecord<byte[], byte[]>> records(int count) {
        return TopicReader.read(KAFKA.bootstrapServers(), topic, count);
    }

    private static Properties properties() {
        Properties properties = new Properties();
        properties.put("bootstrap.servers", KAFKA.bootstrapServers());
        return properties;
    }

    private static void assertUsage(String message, CommandRun run) {
        assertThat(run.err()).contains(message);
        assertThat(run.exitCode()).isEqualTo(2);
    }

    private CommandRun camera(String command, String... arguments) {
        return CommandRun.of(Stream.concat(Stream.of("camera", command, "--topic", topic, "--bootstrap-servers",
                KAFKA.bootstrapServers()), Stream.of(arguments)).toArray(String[]::new));
    }
}
