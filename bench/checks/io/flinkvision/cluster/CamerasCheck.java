package io.flinkvision.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.flinkvision.cluster.CameraHistory.Frame;
import io.flinkvision.job.operator.VisionMetrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Jobs that read cameras, on clusters of processes, whose TaskManagers and cameras are killed: {@code bench/run
 * cameras}, in a few minutes. What needs RTSP is skipped without GStreamer.
 */
@ExtendWith(ProcessLogs.class)
class CamerasCheck {

    private static final int SCENES = Integer.getInteger("cameras", 200);
    private static final Duration MAX_WAY = Duration.ofSeconds(15);
    private static final String RECONNECTS = VisionMetrics.RECONNECTS;
    private static final Duration CALM = Duration.ofSeconds(5);

    /** By a broken connection, or by heartbeats that do not come. */
    private static final Pattern LOST = Pattern.compile(
            "heartbeat of TaskManager with id .* timed out|TaskManager with id .* is no longer reachable");

    @TempDir
    private Path folder;

    @ParameterizedTest(name = "{0} slots on each TaskManager")
    @ValueSource(ints = {2, 1})
    void theCamerasOfAKilledTaskManagerAreReadByTheOther(int slots) throws IOException {
        Set<String> names = new TreeSet<>(CameraScene.names(SCENES));
        try (KafkaProcess kafka = kafka();
                CameraScene scene = new CameraScene(folder, kafka.bootstrapServers(), 2, Map.of("taskmanager.numberOfTaskSlots",
                Integer.toString(slots), "taskmanager.load-balance.mode", "SLOTS"));
                FrameTopic topic = FrameTopic.images(kafka.bootstrapServers())) {
            String job = scene.submitCamerasJob(2, "cameras: " + scene.file(scenes(names)));
            topic.awaitEach(names, 3);

            scene.flink().taskManagers().get(1).kill();
            Instant killed = Instant.now();
            Waiting.until("the JobManager misses the TaskManager",
                    () -> LOST.matcher(scene.flink().jobManager().logText()).find());
            Instant noticed = Instant.now();
            topic.awaitEach(names, noticed);
            CameraScene.hold(CALM);
            topic.readToTheEnd();

            CameraHistory history = topic.history();
            Set<String> moved = camerasWithSessions(history, 2);
            Duration slowest = moved.stream()
                    .map(camera -> Duration.between(noticed, history.sessions(camera).get(1).get(0).captureTime()))
                    .max(Duration::compareTo).orElse(Duration.ZERO);
            System.err.printf("%d slots: %d frames of %d cameras, %d moved; noticed %d ms after the kill, the last one "
                    + "read %d ms after that; %d failures%n", slots, topic.frames().size(), history.cameras().size(),
                    moved.size(), Duration.between(killed, noticed).toMillis(), slowest.toMillis(), scene.failures(job));

            assertThat(history.faults()).isEmpty();
            assertThat(moved).hasSize(SCENES / 2).isEqualTo(silent(names, topic, killed, noticed));
            assertThat(camerasWithSessions(history, 1)).hasSize(SCENES - moved.size())
                    .allSatisfy(camera -> assertThat(history.gaps(camera)).isEmpty());
            assertThat(slowest).isLessThan(MAX_WAY);
        }
    }

    /** The cameras without a frame that was captured between two moments. */
    private static Set<String> silent(Set<String> names, FrameTopic topic, Instant from, Instant to) {
        Set<String> silent = new TreeSet<>(names);
        topic.frames().stream()
                .filter(frame -> frame.captureTime().isAfter(from) && frame.captureTime().isBefore(to))
                .forEach(frame -> silent.remove(frame.origin().camera()));
        return silent;
    }

    @Test
    void rtspCamerasComeBackIntoTheImagesTopic() throws IOException {
        camerasComeBack((scene, source) -> scene.submitCamerasJob(1, source), FrameTopic::images);
    }

    @Test
    void rtspCamerasComeBackIntoTheNetwork() throws IOException {
        camerasComeBack((scene, source) -> scene.submitClassifyJob(1, source), FrameTopic::labels);
    }

    private void camerasComeBack(
            BiFunction<CameraScene, String, String> submission, Function<String, FrameTopic> output) throws IOException {
        assumeTrue(RtspCameras.areThere(), "GStreamer's RTSP server is not installed");
        try (KafkaProcess kafka = kafka(); RtspCameras cameras = rtspCameras();
                CameraScene scene = new CameraScene(folder, kafka.bootstrapServers(), 1, Map.of());
                FrameTopic topic = output.apply(kafka.bootstrapServers())) {
            String job = submission.apply(scene, "cameras: " + scene.file(sources(cameras)));
            Set<String> names = sources(cameras).keySet();
            topic.awaitEach(names, 5);

            cameras.kill();
            CameraScene.hold(CALM);
            Instant restarted = Instant.now();
            cameras.start();
            topic.awaitEach(names, restarted);
            Duration back = Duration.between(restarted, Instant.now());

            Waiting.until("reconnects are counted", () -> scene.sum(job, RECONNECTS) >= names.size(),
                    () -> scene.sum(job, RECONNECTS));
            System.err.printf("Frames of both cameras %d ms after the server's restart; %d reconnects, %d failures%n",
                    back.toMillis(), scene.sum(job, RECONNECTS), scene.failures(job));
            assertThat(scene.sum(job, RECONNECTS)).isEqualTo(names.size());
            assertThat(scene.failures(job)).isZero();
            assertThat(topic.history().faults()).isEmpty();
            assertThat(camerasWithSessions(topic.history(), 1)).isEqualTo(names);
        }
    }

    @Test
    void camerasComeAndGoByTheirTopicWhileTheOthersAreRead() throws IOException {
        Set<String> staying = new TreeSet<>(CameraScene.names(10));
        Set<String> guests = CameraScene.names(50).stream().map(name -> "guest-" + name)
                .collect(Collectors.toCollection(TreeSet::new));
        try (KafkaProcess kafka = kafka();
                CameraScene scene = new CameraScene(folder, kafka.bootstrapServers(), 1, Map.of());
                FrameTopic topic = FrameTopic.images(kafka.bootstrapServers())) {
            camera(kafka, List.of("add", "--file", scene.file(scenes(staying)).toString()));
            String job = scene.submitCamerasJob(2, "cameras-topic: " + CameraScene.CAMERAS);
            topic.awaitEach(staying, 3);

            camera(kafka, List.of("add", "--file", scene.file(scenes(guests)).toString()));
            Instant added = Instant.now();
            topic.awaitEach(guests, 3);
            List<String> removal = new ArrayList<>(List.of("remove"));
            removal.addAll(guests);
            camera(kafka, removal);
            Instant removed = Instant.now();
            CameraScene.hold(MAX_WAY);
            topic.awaitEach(staying, Instant.now());
            topic.readToTheEnd();

            CameraHistory history = topic.history();
            Duration arrival = latest(guests, history, added, frames -> frames.get(0));
            Duration departure = latest(guests, history, removed, frames -> frames.get(frames.size() - 1));
            System.err.printf("%d cameras: the last one delivers %d ms after 'camera add', and the last frame is of %d ms"
                    + " after 'camera remove'; %d failures%n", guests.size(), arrival.toMillis(), departure.toMillis(),
                    scene.failures(job));
            assertThat(history.faults()).isEmpty();
            assertThat(camerasWithSessions(history, 1)).containsAll(staying).containsAll(guests);
            assertThat(staying).allSatisfy(camera -> assertThat(history.gaps(camera)).isEmpty());
            assertThat(departure).isLessThan(MAX_WAY);
            assertThat(scene.failures(job)).isZero();
        }
    }

    private static void camera(KafkaProcess kafka, List<String> arguments) {
        List<String> all = new ArrayList<>(List.of("camera"));
        all.addAll(arguments);
        try (ChildProcess vision = CameraScene.vision(kafka.bootstrapServers(), all)) {
            assertThat(vision.awaitEnd()).as(vision::logText).isZero();
        }
    }

    /** How long after a moment a frame of each camera is, at most. */
    private static Duration latest(
            Set<String> cameras, CameraHistory history, Instant since, Function<List<Frame>, Frame> which) {
        return cameras.stream()
                .map(camera -> Duration.between(since, which.apply(history.sessions(camera).get(0)).captureTime()))
                .max(Duration::compareTo).orElseThrow();
    }

    private KafkaProcess kafka() throws IOException {
        KafkaProcess kafka = new KafkaProcess(Files.createDirectory(folder.resolve("kafka")));
        kafka.createTopics(CameraScene.PARTITIONS, CameraScene.IMAGES, CameraScene.LABELS, CameraScene.DEAD_LETTERS);
        return kafka;
    }

    private static Map<String, String> scenes(Set<String> names) {
        return names.stream().collect(Collectors.toMap(Function.identity(),
                name -> "{source: \"test:" + name + "?size=320x240&fps=1\"}"));
    }

    private static RtspCameras rtspCameras() {
        return new RtspCameras(Map.of("avc", "h264,640x480,5", "hevc", "h265,640x480,5"));
    }

    private static Map<String, String> sources(RtspCameras cameras) {
        return new TreeMap<>(Map.of("avc", "{source: \"" + cameras.address("avc") + "\"}",
                "hevc", "{source: \"" + cameras.address("hevc") + "\"}"));
    }

    private static Set<String> camerasWithSessions(CameraHistory history, int count) {
        return history.cameras().stream()
                .filter(camera -> history.sessions(camera).size() == count)
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
