package io.flinkvision.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToLongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * A hundred cameras for an hour, a few of them RTSP where GStreamer is installed: memory must stay level. Writes {@code
 * target/camera-soak.csv} and {@code target/camera-soak.txt}: {@code bench/run camera-soak}, with {@code
 * -Dsoak.minutes=10} for less.
 */
@ExtendWith(ProcessLogs.class)
class CameraSoakCheck {

    private static final int MINUTES = Integer.getInteger("soak.minutes", 60);
    private static final int CAMERAS = 100;
    private static final int RTSP_CAMERAS = 4;
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(30);
    private static final Path OUTPUT = Path.of("target");

    /** Of the resident memory at the end, compared with that at the middle. */
    private static final double LEVEL = 1.05;

    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+([0-9]+) kB");

    @TempDir
    private Path folder;

    /** One look: resident kilobytes of each process, and what was done by then. */
    private record Look(long seconds, long taskManager, long jobManager, long broker, double cpuSeconds, long frames,
            int failures, long reconnects) {

        private static final String HEAD =
                "seconds,taskmanager_kB,jobmanager_kB,broker_kB,cpu_seconds,frames,failures,reconnects";

        String row() {
            return String.format(Locale.ROOT, "%d,%d,%d,%d,%.1f,%d,%d,%d", seconds, taskManager, jobManager, broker,
                    cpuSeconds, frames, failures, reconnects);
        }
    }

    @Test
    void aHundredCamerasLeaveMemoryLevel() throws IOException {
        boolean rtsp = RtspCameras.areThere();
        Map<String, String> pictures = Map.of("avc", "h264,320x240,1", "hevc", "h265,320x240,1");
        try (KafkaProcess kafka = new KafkaProcess(Files.createDirectory(folder.resolve("kafka")), Map.of(
                        "log.segment.bytes", "16777216", "log.retention.bytes", "33554432",
                        "log.retention.check.interval.ms", "30000"));
                RtspCameras server = rtsp ? new RtspCameras(pictures) : null;
                CameraScene scene = new CameraScene(folder, kafka.bootstrapServers(), 1, Map.of(
                        "env.java.opts.taskmanager", "-XX:TieredStopAtLevel=4"))) {
            kafka.createTopics(CameraScene.PARTITIONS, CameraScene.IMAGES);
            Map<String, String> cameras = new HashMap<>();
            for (String name : CameraScene.names(rtsp ? CAMERAS - RTSP_CAMERAS : CAMERAS)) {
                cameras.put(name, "{source: \"test:" + name + "?size=320x240&fps=1\"}");
            }
            for (int i = 0; rtsp && i < RTSP_CAMERAS; i++) {
                cameras.put("rtsp-" + i, "{source: \"" + server.address(i % 2 == 0 ? "avc" : "hevc") + "\"}");
            }
            String job = scene.submitCamerasJob(2, "cameras: " + scene.file(cameras));
            List<Look> looks = watch(kafka, scene, job);
            report(looks);
        }
    }

    private static List<Look> watch(KafkaProcess kafka, CameraScene scene, String job) throws IOException {
        List<Look> looks = new ArrayList<>();
        long start = System.nanoTime();
        try (PrintStream out = new PrintStream(
                Files.newOutputStream(OUTPUT.resolve("camera-soak.csv")), true, StandardCharsets.UTF_8)) {
            out.println(Look.HEAD);
            while (System.nanoTime() - start < Duration.ofMinutes(MINUTES).toNanos()) {
                CameraScene.hold(BETWEEN_LOOKS);
                try {
                    Look look = look(kafka, scene, job, (System.nanoTime() - start) / 1_000_000_000);
                    looks.add(look);
                    out.println(look.row());
                } catch (UncheckedIOException e) {
                    // The JobManager of a busy machine may answer the next time.
                    System.err.println(e.getMessage());
                }
            }
        }
        return looks;
    }

    private static Look look(KafkaProcess kafka, CameraScene scene, String job, long seconds) throws IOException {
        ChildProcess taskManager = scene.flink().taskManagers().get(0);
        ChildProcess jobManager = scene.flink().jobManager();
        double cpu = taskManager.processorTime().plus(jobManager.processorTime())
                .plus(kafka.process().processorTime()).toMillis() / 1e3;
        return new Look(seconds, resident(taskManager), resident(jobManager), resident(kafka.process()), cpu,
                frames(kafka), scene.failures(job), scene.sum(job, "reconnects"));
    }

    private static long resident(ChildProcess process) throws IOException {
        Matcher matcher = RESIDENT.matcher(
                Files.readString(Path.of("/proc", Long.toString(process.pid()), "status")));
        if (!matcher.find()) {
            throw new IOException("The kernel does not tell the memory of " + process);
        }
        return Long.parseLong(matcher.group(1));
    }

    private static long frames(KafkaProcess kafka) {
        AtomicLong frames = new AtomicLong();
        Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
        for (int i = 0; i < CameraScene.PARTITIONS; i++) {
            ends.put(new TopicPartition(CameraScene.IMAGES, i), OffsetSpec.latest());
        }
        kafka.administer(admin -> frames.set(admin.listOffsets(ends).all().get().values().stream()
                .mapToLong(end -> end.offset()).sum()));
        return frames.get();
    }

    private static void report(List<Look> looks) throws IOException {
        Look first = looks.get(0);
        Look last = looks.get(looks.size() - 1);
        String text = String.format(Locale.ROOT, """
                %d cameras, %d s: %d frames, %.1f a second; %.1f %% of one core; %d failures, %d reconnects
                resident kB, median of the third, fourth and last fifth, and the last look:
                TaskManager %s
                JobManager  %s
                broker      %s
                """, CAMERAS, last.seconds(), last.frames(),
                (last.frames() - first.frames()) / (double) (last.seconds() - first.seconds()),
                100 * (last.cpuSeconds() - first.cpuSeconds()) / (last.seconds() - first.seconds()),
                last.failures(), last.reconnects(), course(looks, Look::taskManager), course(looks, Look::jobManager),
                course(looks, Look::broker));
        Files.writeString(OUTPUT.resolve("camera-soak.txt"), text);
        System.err.print(text);
        assertThat(last.failures()).isZero();
        assertThat((double) median(looks, Look::taskManager, 0.8, 1)).isLessThanOrEqualTo(
                LEVEL * median(looks, Look::taskManager, 0.4, 0.6));
    }

    private static String course(List<Look> looks, ToLongFunction<Look> of) {
        return String.format(Locale.ROOT, "%,d  %,d  %,d  %,d", median(looks, of, 0.4, 0.6),
                median(looks, of, 0.6, 0.8), median(looks, of, 0.8, 1), of.applyAsLong(looks.get(looks.size() - 1)));
    }

    /** Of one part of the looks to another, each from 0 to 1. */
    private static long median(List<Look> looks, ToLongFunction<Look> of, double from, double to) {
        long[] values = looks.subList((int) (from * looks.size()), (int) Math.ceil(to * looks.size())).stream()
                .mapToLong(of).sorted().toArray();
        return values[values.length / 2];
    }
}
