package io.flinkvision.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.flinkvision.tools.local.BrokerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a frame of an H.264 camera costs from the camera to its labels, of all processes' time together: with a feeder, a
 * topic of images and a job behind it, and with a job that reads the cameras itself. Both do the same cameras at the
 * same time, each with a broker of its own: {@code bench/run camera-cost}; needs GStreamer and FFmpeg. The options
 * {@code -Dcameras=20 -Dcameras.fps=2 -Dcameras.bits=0.28 -Drounds=5 -Dround.seconds=30} have these values if they are
 * missing.
 */
@ExtendWith(ProcessLogs.class)
class CameraCostCheck {

    private static final int CAMERAS = Integer.getInteger("cameras", 20);
    private static final int FPS = Integer.getInteger("cameras.fps", 2);
    private static final int ROUNDS = Integer.getInteger("rounds", 5);
    private static final Duration ROUND = Duration.ofSeconds(Integer.getInteger("round.seconds", 30));
    private static final Duration WARM_UP = Duration.ofSeconds(Integer.getInteger("warm-up.seconds", 60));

    /** Of the cameras' video: the processes start during it, too. */
    private static final Duration LENGTH =
            WARM_UP.plus(ROUND.multipliedBy(ROUNDS)).plus(Duration.ofMinutes(3));

    private static final double LEAST_RATIO = 1.5;

    /** As processes that run for months: compiled by the second compiler, too, unlike short tests. */
    private static final Map<String, String> SETTINGS = Map.of(
            "env.java.opts.taskmanager", "-XX:TieredStopAtLevel=4", "taskmanager.numberOfTaskSlots", "1",
            "metrics.reporters", "");

    @TempDir
    private Path folder;

    /** One of the two ways, with all its processes. */
    private final class Way implements AutoCloseable {

        private final String name;
        private final BrokerProcess broker = BrokerProcess.start(Map.of());
        private final CameraScene scene;
        private final Map<String, Supplier<Duration>> processes = new LinkedHashMap<>();
        private final List<ChildProcess> more = new ArrayList<>();

        Way(String name) throws IOException, InterruptedException {
            this.name = name;
            for (String topic : List.of(CameraScene.IMAGES, CameraScene.LABELS, CameraScene.DEAD_LETTERS)) {
                broker.createTopic(topic, 1, Map.of());
            }
            scene = new CameraScene(Files.createDirectory(folder.resolve(name)), broker.bootstrapServers(), 1, SETTINGS);
            processes.put("broker", broker::processorTime);
            processes.put("JobManager", scene.flink().jobManager()::processorTime);
            processes.put("TaskManager", scene.flink().taskManagers().get(0)::processorTime);
        }

        void startFeeder(Path cameras) {
            ChildProcess feeder = CameraScene.vision(broker.bootstrapServers(),
                    List.of("feed", "--cameras", cameras.toString(), "--topic", CameraScene.IMAGES));
            more.add(feeder);
            processes.put("feeder", feeder::processorTime);
        }

        Usage usage() {
            Map<String, Duration> times = new LinkedHashMap<>();
            processes.forEach((process, time) -> times.put(process, time.get()));
            return new Usage(times, end(CameraScene.LABELS), end(CameraScene.DEAD_LETTERS));
        }

        /** Pictures on the topic that have no labels yet. */
        long waiting() {
            return end(CameraScene.IMAGES) - end(CameraScene.LABELS) - end(CameraScene.DEAD_LETTERS);
        }

        private long end(String topic) {
            try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                    Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers()),
                    new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
                return consumer.endOffsets(List.of(new TopicPartition(topic, 0))).values().iterator().next();
            }
        }

        @Override
        public void close() {
            more.forEach(ChildProcess::close);
            scene.close();
            broker.close();
        }
    }

    /** What the processes have used, and what was answered by then. */
    private record Usage(Map<String, Duration> processes, long labels, long refused) {

        /** Milliseconds for each answered frame since another usage, by process. */
        Map<String, Double> sinceEachFrame(Usage before) {
            Map<String, Double> costs = new LinkedHashMap<>();
            processes.forEach((process, time) -> costs.put(process,
                    time.minus(before.processes.get(process)).toNanos() / 1e6 / (labels - before.labels)));
            return costs;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"640x480", "1280x720"})
    void aJobThatReadsItsCamerasTakesMuchLessTimeForAFrame(String size) throws Exception {
        assumeTrue(RtspCameras.areThere(), "GStreamer's RTSP server is not installed");
        Path video = CameraVideo.of(folder, size, FPS, LENGTH);
        try (RtspCameras cameras = new RtspCameras(Map.of("camera", video.toString()));
                Way fed = new Way("fed"); Way direct = new Way("direct")) {
            Map<String, String> sources = CameraScene.names(CAMERAS).stream().collect(Collectors.toMap(
                    name -> name, name -> "{source: \"" + cameras.address("camera") + "\"}"));
            fed.scene.submitClassifyJob(1, "topics: [" + CameraScene.IMAGES + "]");
            fed.startFeeder(fed.scene.file(sources));
            direct.scene.submitClassifyJob(1, "cameras: " + direct.scene.file(sources));
            Waiting.until("labels", () -> fed.usage().labels() > 0 && direct.usage().labels() > 0);
            CameraScene.hold(WARM_UP);
            // Then as much is answered as the feeder sends.
            Waiting.until("answers of what waited on the topic", () -> fed.waiting() <= CAMERAS);

            List<Double> ratios = new ArrayList<>();
            Usage fedBefore = fed.usage();
            Usage directBefore = direct.usage();
            for (int round = 1; round <= ROUNDS; round++) {
                CameraScene.hold(ROUND);
                Usage fedNow = fed.usage();
                Usage directNow = direct.usage();
                double ratio = print(size, round, fed.name, fedNow, fedBefore)
                        / print(size, round, direct.name, directNow, directBefore);
                ratios.add(ratio);
                fedBefore = fedNow;
                directBefore = directNow;
            }
            double median = ratios.stream().sorted().skip((ROUNDS - 1) / 2).findFirst().orElseThrow();
            System.err.printf("%s: %.2f times less time, from %.2f to %.2f%n", size, median,
                    ratios.stream().min(Double::compare).orElseThrow(),
                    ratios.stream().max(Double::compare).orElseThrow());
            assertThat(direct.usage().refused() + fed.usage().refused()).isZero();
            assertThat(median).isGreaterThanOrEqualTo(LEAST_RATIO);
        }
    }

    /** Milliseconds of all processes for each frame. */
    private static double print(String size, int round, String name, Usage now, Usage before) {
        Map<String, Double> costs = now.sinceEachFrame(before);
        double sum = costs.values().stream().mapToDouble(cost -> cost).sum();
        System.err.printf("%s, round %d, %-6s %5d frames, %6.2f ms each: %s%n", size, round, name,
                now.labels() - before.labels(), sum, costs.entrySet().stream()
                        .map(cost -> String.format("%s %.2f", cost.getKey(), cost.getValue()))
                        .collect(Collectors.joining(", ")));
        return sum;
    }
}
