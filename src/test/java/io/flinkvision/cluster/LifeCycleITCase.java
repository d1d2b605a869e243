package io.flinkvision.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.core.inference.SmallNetwork;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * A job's life on a cluster of processes, by Flink's own command-line client, while pictures keep coming. The jars and
 * {@code conf/flink/} are those that users have.
 */
@ExtendWith(ProcessLogs.class)
class LifeCycleITCase {

    private static final Path JOB_JAR = Path.of(System.getProperty("job.jar"));
    private static final Path NATIVES_JAR = Path.of(System.getProperty("natives.jar"));
    private static final int PARTITIONS = 4;

    @TempDir
    private static Path kafkaFolder;

    private static KafkaProcess kafka;

    @TempDir
    private Path folder;

    @BeforeAll
    static void startKafka() {
        kafka = new KafkaProcess(kafkaFolder);
    }

    @AfterAll
    static void stopKafka() {
        kafka.close();
    }

    @Test
    void isRunStoppedUpgradedRescaledAndCancelledWithEachRecordAnsweredOnce() throws IOException {
        kafka.createTopics(PARTITIONS, "life-images", "life-labels", "life-dead-letters");
        try (FlinkProcesses flink = FlinkProcesses.session(folder, List.of(NATIVES_JAR), Map.of());
                PictureFeed feed = new PictureFeed(kafka.bootstrapServers(), "life-images", PARTITIONS);
                ExpectedAnswers answers =
                        new ExpectedAnswers(kafka.bootstrapServers(), feed, "life-labels", "life-dead-letters")) {
            flink.startTaskManager();
            feed.resume();

            String first = run(flink, 1, jobFile("model.top-k=5"));
            answers.complete("run with 1 subtask");
            assertThat(answers.labelsSince(0)).allMatch(label -> label.get("labels").size() == 3);
            assertThat(flink.flink(Map.of(), "list").orFail()).contains(first + " : life (RUNNING)");

            feed.resume();
            assertThat(savepointPath(flink.flink(Map.of(), "savepoint", first).orFail())).exists();
            answers.complete("savepoint");

            feed.resume();
            String second = upgrade(flink, answers, first, 1, "model.top-k=1");
            int before = answers.labelCount();
            answers.complete("resume with top-k 1");
            assertThat(answers.labelsSince(before)).isNotEmpty().allMatch(label -> label.get("labels").size() == 1);

            feed.resume();
            String third = upgrade(flink, answers, second, 1, "model.bundle=" + otherModel());
            answers.complete("resume with another model");
            assertThat(answers.modelsByPartition()).hasSize(PARTITIONS)
                    .allSatisfy((partition, models) -> assertThat(models).containsExactly("triage", "colours"));

            flink.startTaskManager();
            feed.resume();
            String fourth = upgrade(flink, answers, third, PARTITIONS, "model.bundle=" + otherModel());
            answers.complete("resume with 4 subtasks");
            assertThat(flink.get("/jobs/" + fourth).get("vertices").findValuesAsText("parallelism"))
                    .containsOnly("4");

            flink.flink(Map.of(), "cancel", fourth).orFail();
            flink.awaitState(fourth, "CANCELED");
            answers.complete("cancel");
        }
    }

    @Test
    void runsByItselfInApplicationMode() {
        kafka.createTopics(PARTITIONS, "images", "labels", "dead-letters");
        try (FlinkProcesses flink = FlinkProcesses.application(folder, List.of(NATIVES_JAR), Map.of(), JOB_JAR,
                        Map.of("KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers()), List.of("jobs/classify.yaml"));
                PictureFeed feed = new PictureFeed(kafka.bootstrapServers(), "images", PARTITIONS);
                ExpectedAnswers answers =
                        new ExpectedAnswers(kafka.bootstrapServers(), feed, "labels", "dead-letters")) {
            flink.startTaskManager();
            for (int i = 0; i < 14; i++) {
                feed.sendOne();
            }

            answers.complete("application mode");

            assertThat(flink.get("/jobs/overview").at("/jobs/0/name").textValue()).isEqualTo("classify");
        }
    }

    /** Submits a job, with the address of the brokers in the environment, and waits until its tasks run. */
    private static String run(FlinkProcesses flink, int parallelism, Path jobFile, String... options) {
        List<String> arguments = new ArrayList<>(List.of(options));
        arguments.addAll(List.of(JOB_JAR.toString(), jobFile.toString()));
        return flink.submit(
                Map.of("KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers()), parallelism, arguments);
    }

    /** Stops a job with a savepoint and submits it again with another job file; it goes on where it stopped. */
    private String upgrade(FlinkProcesses flink, ExpectedAnswers answers, String job, int parallelism, String change)
            throws IOException {
        Path savepoint = savepointPath(flink.flink(Map.of(), "stop", job).orFail());
        flink.awaitState(job, "FINISHED");
        answers.partial("stop with savepoint");
        return run(flink, parallelism, jobFile(change), "-s", savepoint.toUri().toString());
    }

    private static Path savepointPath(String said) {
        return Path.of(URI.create(found("Savepoint completed. Path: (file:\\S+)", said)));
    }

    private static String found(String pattern, String text) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        assertThat(matcher.find()).as("'%s' in: %s", pattern, text).isTrue();
        return matcher.group(1);
    }

    /** {@code jobs/classify.yaml} on this test's topics, exactly once, with one key changed. */
    private Path jobFile(String change) throws IOException {
        String bundle = change.startsWith("model.bundle=")
                ? change.substring(change.indexOf('=') + 1)
                : Path.of("conf/models/triage").toAbsolutePath().toString();
        String topK = change.startsWith("model.top-k=") ? change.substring(change.indexOf('=') + 1) : "5";
        return Files.writeString(folder.resolve("job.yaml"), """
                name: life
                checkpoint-interval: 1 s
                source: {bootstrap-servers: "${KAFKA_BOOTSTRAP_SERVERS}", topics: [life-images]}
                model: {bundle: "%s", top-k: %s}
                sink: {topic: life-labels, guarantee: exactly-once, transaction-timeout: 2 min}
                dead-letters: {topic: life-dead-letters}
                """.formatted(bundle, topK));
    }

    /** Another network of another input size and other labels. */
    private Path otherModel() throws IOException {
        Path bundle = folder.resolve("colours");
        if (!Files.exists(bundle)) {
            Files.createDirectory(bundle);
            Files.writeString(bundle.resolve("labels.txt"), "red\ngreen\n");
            Files.write(bundle.resolve("net.onnx"), SmallNetwork.of(new float[] {1, 0, 0, 0, 1, 0}, new float[2]));
            Files.writeString(bundle.resolve("model.yaml"), """
                    name: colours
                    weights: net.onnx
                    preprocessing: {resize: stretch, mean: [0, 0, 0], standard-deviation: [1, 1, 1]}
                    """);
        }
        return bundle;
    }
}
