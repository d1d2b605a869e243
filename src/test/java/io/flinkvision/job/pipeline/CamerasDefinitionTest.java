package io.flinkvision.job.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.flinkvision.core.camera.CameraDeclaration;
import io.flinkvision.core.configuration.ConfigurationException;
import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.job.CamerasJob;
import io.flinkvision.job.ClassifyJob;
import io.flinkvision.job.camera.CameraDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The file of the cameras job, the cameras of a classify job's file, and the graphs that follow from them. */
class CamerasDefinitionTest {

    private static final Path JOB_FILE = Path.of("jobs/cameras.yaml");
    private static final String PASSWORD = "hunter2";

    @TempDir
    private Path folder;

    @Test
    void readsTheFileThatComesWithTheProjectAndItsCameras() throws Exception {
        CamerasDefinition job = read();

        assertThat(job.name()).isEqualTo("cameras");
        assertThat(job.outputTopics()).containsExactly("images");
        assertThat(job.isExactlyOnce()).isFalse();
        assertThat(job.values().warnings()).isEmpty();
        assertThat(cameras(job.cameras())).containsOnlyKeys("north", "south");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "source.cameras-topic=cameras | source.cameras | and source.cameras-topic are both set; keep one of them",
        "source.topics=images         | source.topics  | is unknown",
        "source.group=cameras         | source.group   | is unknown",
        "sink.guarantee=exactly-once  | sink.guarantee | is unknown",
        "max-image-bytes=2 GiB        | max-image-bytes | at most 1 GiB",
    })
    void saysWhatIsWrongAndWhere(String override, String key, String message) {
        assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> read(override))
                .satisfies(e -> assertThat(e.problems()).singleElement().satisfies(problem -> {
                    assertThat(problem.key()).isEqualTo(key);
                    assertThat(problem.message()).contains(message);
                }));
    }

    @Test
    void camerasComeFromAFileOrFromATopicOfTheirOwn() throws IOException {
        Path file = Files.writeString(folder.resolve("job.yaml"),
                "source: {bootstrap-servers: localhost:9092}\nsink: {topic: images}\n");

        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> CamerasDefinition.read(file, Map.of(), List.of()))
                .withMessageContaining("source.cameras: is missing; set it, or source.cameras-topic");
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> CamerasDefinition.read(file, Map.of(), List.of("source.cameras-topic=images")))
                .withMessageContaining("sink.topic: is the source.cameras-topic too");
        assertThat(CamerasDefinition.read(file, Map.of(), List.of("source.cameras-topic=cameras")).values()).isNotNull();
    }

    @Test
    void theFileOfCamerasIsBesideTheJobFileAndTravelsWithItsReferences() throws Exception {
        Path file = jobFile("door: {source: \"rtsp://viewer:${DOOR_PASSWORD}@192.0.2.10/1\"}");

        CamerasDefinition job = CamerasDefinition.read(file, Map.of(), List.of());

        assertThat(cameras(job.cameras()).get("door").options())
                .containsEntry("source", "rtsp://viewer:${DOOR_PASSWORD}@192.0.2.10/1");
    }

    @Test
    void aPasswordInTheFileOfCamerasIsRefusedWithItsLine() throws IOException {
        Path file = jobFile("door: {source: \"rtsp://viewer:" + PASSWORD + "@192.0.2.10/1\"}");
        CamerasDefinition job = CamerasDefinition.read(file, Map.of(), List.of());

        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> CamerasJob.addTo(environment(), job, BrokerCheck.unasked(job)))
                .withMessageContaining("here.yaml:2: cameras.door.source: ").withMessageContaining("${NAME}")
                .satisfies(e -> assertThat(e.toString()).doesNotContain(PASSWORD));
    }

    @Test
    void anIdThatNoRecordCanHaveIsRefused() throws IOException {
        CamerasDefinition job =
                CamerasDefinition.read(jobFile("d".repeat(250) + ": {source: test:door}"), Map.of(), List.of());

        assertThatExceptionOfType(ConfigurationException.class).isThrownBy(job::cameras)
                .withMessageContaining("from 1 to 249 bytes");
    }

    @Test
    void aCameraThatLeavesOutFramesForLongerThanOfflineAfterIsWarnedOf() throws IOException {
        jobFile("door: {source: test:door, only-changes: {threshold: 8, at-least-every: 60 s}}\n  "
                + "yard: {source: test:yard, only-changes: {threshold: 8}}\n  "
                + "hall: {source: test:hall, only-changes: {threshold: 8, at-least-every: \"${HALL_EVERY}\"}}");
        String cameras = "source.cameras=" + folder.resolve("here.yaml");

        assertThat(classify(cameras, "events.topic=events", "events.offline-after=30 s").warnings())
                .filteredOn(warning -> warning.contains("only-changes"))
                .singleElement().asString()
                .startsWith("The camera door sends a frame of a still scene every 60 s")
                .contains("events.offline-after is 30 s");
        assertThat(classify(cameras).warnings()).noneMatch(warning -> warning.contains("only-changes"));
    }

    @Test
    void tellsTheThreeKindsOfFilesApart() {
        assertThat(CamerasDefinition.isIn(JOB_FILE)).isTrue();
        assertThat(CamerasDefinition.isIn(JobHarness.JOB_FILE)).isFalse();
        assertThat(CamerasDefinition.isIn(Path.of("jobs/events.yaml"))).isFalse();
        assertThat(EventsDefinition.isIn(JOB_FILE)).isFalse();
    }

    @Test
    void aClassifyJobReadsCamerasInPlaceOfTopics() throws Exception {
        JobDefinition job = classify();

        assertThat(cameras(job.cameras().orElseThrow())).containsOnlyKeys("north", "south");
        assertThat(job.values().warnings()).isEmpty();
        assertThat(classify("source.group=others", "source.starting-offsets=latest", "source.value=base64",
                "decode.reference-prefixes=s3://pictures/").values().warnings())
                .hasSize(4).allMatch(warning -> warning.contains("is set, but the pictures come from cameras"));
        assertThat(JobDefinition.read(JobHarness.JOB_FILE, Map.of(), List.of()).cameras()).isEmpty();
    }

    @Test
    void rawPixelsOfACameraAreLimitedByTheirNumberOnly() {
        DecodeLimits limits = classify("decode.max-pixels=2000000").decodeLimits();

        assertThat(limits.maxBytes()).as("1920 x 1080 pixels are 6.2 MB").isEqualTo(6_000_000);
        assertThat(classify("decode.max-pixels=10").decodeLimits().maxBytes()).isEqualTo(4 << 20);
    }

    @Test
    void everyOperatorHasANameAndAUid() throws Exception {
        StreamExecutionEnvironment own = environment();
        CamerasJob.addTo(own, read(), BrokerCheck.unasked(read()));
        StreamExecutionEnvironment classifying = environment();
        ClassifyJob.addTo(classifying, classify(), BrokerCheck.unasked(classify()));

        assertThat(names(own.getStreamGraph()))
                .containsExactlyInAnyOrder("Source: cameras", "images: Writer", "images: Committer");
        assertThat(names(classifying.getStreamGraph())).contains("Source: images", "decode", "classify");
    }

    @Test
    void eachSubtaskOfTheCamerasJobFailsAlone() {
        StreamExecutionEnvironment environment = environment();
        CamerasJob.addTo(environment, read("parallelism=3"), BrokerCheck.unasked(read()));

        assertThat(environment.getStreamGraph().getJobGraph().getVertices()).singleElement()
                .satisfies(chain -> assertThat(chain.getParallelism()).isEqualTo(3));
    }

    @Test
    void aPictureLeavesRoomForTheRestOfItsRecord() {
        assertThat(new KafkaClients(read()).maxFrameBytes(10_000_000)).isEqualTo(4 << 20);
        assertThat(new KafkaClients(read()).maxFrameBytes(1_048_588)).isEqualTo(1_048_588 - (64 << 10));
        assertThat(new KafkaClients(read("sink.properties.max.request.size=1000000")).maxFrameBytes(10_000_000))
                .isEqualTo(1_000_000 - (64 << 10));
    }

    private static StreamExecutionEnvironment environment() {
        return StreamExecutionEnvironment.getExecutionEnvironment();
    }

    private static List<String> names(StreamGraph graph) {
        assertThat(graph.getStreamNodes()).allSatisfy(operator ->
                assertThat(operator.getTransformationUID()).as(operator.getOperatorName()).isNotBlank());
        return graph.getStreamNodes().stream().map(StreamNode::getOperatorName).toList();
    }

    private static SortedMap<String, CameraDeclaration> cameras(CameraDirectory directory) throws Exception {
        try (CameraDirectory.Opened opened = directory.open()) {
            return opened.cameras();
        }
    }

    private Path jobFile(String camera) throws IOException {
        Files.writeString(folder.resolve("here.yaml"), "cameras:\n  " + camera + "\n");
        return Files.writeString(folder.resolve("job.yaml"), "source: {bootstrap-servers: localhost:9092,"
                + " cameras: here.yaml}\nsink: {topic: images}\n");
    }

    private static CamerasDefinition read(String... overrides) {
        return CamerasDefinition.read(JOB_FILE, Map.of(), List.of(overrides));
    }

    private static JobDefinition classify(String... overrides) {
        return JobDefinition.read(JobHarness.JOB_FILE, Map.of(), Stream.concat(
                Stream.of("source.topics=[]", "source.cameras=../conf/cameras.yaml"), Stream.of(overrides)).toList());
    }
}
