package io.flinkvision.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A cluster of processes for jobs that read cameras, and for those that they are compared with. */
final class CameraScene implements AutoCloseable {

    static final String IMAGES = "images";
    static final String LABELS = "labels";
    static final String DEAD_LETTERS = "dead-letters";
    static final String CAMERAS = "cameras";
    static final int PARTITIONS = 4;

    private static final String CAMERAS_JOB = "io.flinkvision.job.CamerasJob";

    private final Path folder;
    private final String bootstrapServers;
    private final FlinkProcesses flink;

    /**
     * @param folder an empty one
     * @param bootstrapServers of a broker that has the topics
     * @param settings that override those of {@code config.yaml}
     */
    CameraScene(Path folder, String bootstrapServers, int taskManagers, Map<String, String> settings) {
        this.folder = folder;
        this.bootstrapServers = bootstrapServers;
        flink = FlinkProcesses.session(folder.resolve("flink"),
                List.of(Path.of(System.getProperty("natives.jar")), Path.of(System.getProperty("cameras.jar"))),
                settings);
        for (int i = 0; i < taskManagers; i++) {
            flink.startTaskManager();
        }
    }

    FlinkProcesses flink() {
        return flink;
    }

    /** Names of so many cameras. */
    static List<String> names(int count) {
        return IntStream.range(0, count).mapToObj(i -> String.format(Locale.ROOT, "cam-%03d", i)).toList();
    }

    /** A file of cameras: what each is, by its name, in the words of such a file. */
    Path file(Map<String, String> cameras) {
        String lines = cameras.entrySet().stream()
                .map(camera -> "  " + camera.getKey() + ": " + camera.getValue() + "\n")
                .sorted()
                .collect(Collectors.joining("", "cameras:\n", ""));
        return write("cameras.yaml", lines);
    }

    /** Submits the job from cameras to the images topic. */
    String submitCamerasJob(int parallelism, String source) {
        return flink.submit(Map.of(), parallelism, List.of("-c", CAMERAS_JOB, System.getProperty("job.jar"),
                write("cameras-job.yaml", """
                        name: cameras
                        checkpoint-interval: 2 s
                        source: {bootstrap-servers: "%s", %s}
                        sink: {topic: %s}
                        """.formatted(bootstrapServers, source, IMAGES)).toString()));
    }

    /** Submits the job that classifies; from the images topic or from cameras, as the source's keys say. */
    String submitClassifyJob(int parallelism, String source) {
        return flink.submit(Map.of(), parallelism, List.of(System.getProperty("job.jar"),
                write("classify-job.yaml", """
                        name: classify
                        checkpoint-interval: 10 s
                        source: {bootstrap-servers: "%s", %s}
                        model: {bundle: "%s"}
                        sink: {topic: %s}
                        dead-letters: {topic: %s}
                        """.formatted(bootstrapServers, source, Path.of("conf/models/triage").toAbsolutePath(),
                        LABELS, DEAD_LETTERS)).toString()));
    }

    /** Starts {@code bin/vision}, or rather what it starts. */
    static ChildProcess vision(String bootstrapServers, List<String> arguments) {
        List<Path> classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.isEmpty())
                .map(entry -> Path.of(entry).toAbsolutePath())
                .toList();
        List<String> command = new ArrayList<>(List.of("io.flinkvision.tools.cli.Vision"));
        command.addAll(arguments);
        command.addAll(List.of("--bootstrap-servers", bootstrapServers));
        return ChildProcess.startJava("vision", List.of("-XX:+UseParallelGC"), classPath, Map.of(), command);
    }

    private Path write(String file, String text) {
        try {
            return Files.writeString(folder.resolve(file), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How often tasks of a job have failed. */
    int failures(String job) {
        return flink.get("/jobs/" + job + "/exceptions").at("/exceptionHistory/entries").size();
    }

    /** The sum of a metric of the cameras over all operators and subtasks of a job. */
    long sum(String job, String metric) {
        long sum = 0;
        for (JsonNode vertex : flink.get("/jobs/" + job).get("vertices")) {
            String path = "/jobs/" + job + "/vertices/" + vertex.get("id").textValue() + "/subtasks/metrics";
            for (JsonNode each : flink.get(path)) {
                String name = each.get("id").textValue();
                if (name.endsWith("." + metric)) {
                    String query = URLEncoder.encode(name, UTF_8);
                    sum += flink.get(path + "?get=" + query).at("/0/sum").asLong();
                }
            }
        }
        return sum;
    }

    static void hold(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() - end < 0) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
    }

    @Override
    public void close() {
        flink.close();
    }
}
