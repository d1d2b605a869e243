package io.flinkvision.tools.cli;

import static io.flinkvision.job.pipeline.JobHarness.header;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.flinkvision.cluster.TestBroker;
import io.flinkvision.cluster.TestCluster;
import io.flinkvision.job.pipeline.JobHarness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The commands that look at what the real job has written, and send it back. */
class WatchCommandITCase {

    @TempDir
    private static Path folder;

    @RegisterExtension
    static final TestBroker KAFKA = TestBroker.shared();

    @RegisterExtension
    static final TestCluster FLINK = new TestCluster();

    private static JobHarness job;
    private static String jobFile;

    @BeforeAll
    static void runJob() {
        job = new JobHarness(KAFKA.broker(), FLINK, 2);
        jobFile = job.writeJobFile(folder).toString();
        job.submit();
        job.sendPictures(2);
        job.send("gate", "no picture".getBytes(UTF_8), header("frame", "7"));
        job.send("door", new byte[0]);
        job.labels(6);
        job.deadLetters(2);
    }

    @AfterAll
    static void stopJob() {
        job.close();
    }

    @Test
    void printsEachPicturesRecordOnce() {
        CommandRun run = CommandRun.of("watch", "--job", jobFile, "--json", "--max", "6");

        assertThat(run.exitCode()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.json()).extracting(record -> record.path("key").asText()).containsExactlyInAnyOrderElementsOf(
                JobHarness.pictures().stream().map(file -> file.getFileName().toString()).toList());
    }

    @Test
    void printsALineForPeople() {
        CommandRun run = CommandRun.of("watch", "--job", jobFile, "--max", "1", "--filter",
                "label=food,min-score=0.7,camera=meal_1.jpg");

        assertThat(run.exitCode()).isZero();
        assertThat(run.lines()).singleElement().asString().startsWith("meal_1.jpg ").contains("food 72.")
                .contains(" ago").doesNotContain("\u001b");
    }

    @Test
    void failsWhenLessThanWasAskedForHasCome() {
        CommandRun run = CommandRun.of("watch", "--job", jobFile, "--json", "--max", "7", "--timeout", "1");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.lines()).hasSize(6);
        assertThat(run.err()).contains("Only 6 of 7");
    }

    @Test
    void countsTheRecordsOfEachCamera() {
        CommandRun table = CommandRun.of("watch", "--job", jobFile, "--stats", "--max", "6");
        CommandRun json = CommandRun.of("watch", "--job", jobFile, "--stats", "--json", "--max", "6");

        assertThat(table.exitCode()).isZero();
        assertThat(table.lines()).hasSize(7);
        assertThat(table.lines().get(0)).startsWith("camera");
        List<JsonNode> lines = json.json();
        assertThat(lines.get(lines.size() - 1).path("cameras")).hasSize(6)
                .allSatisfy(camera -> assertThat(camera.path("records").asLong()).isEqualTo(1));
    }

    @Test
    void showsAndSavesDeadLetters() throws IOException {
        Path saved = folder.resolve("saved");

        CommandRun run = CommandRun.of("watch", "--job", jobFile, "--dead-letters", "--max", "2", "--filter",
                "code=UNKNOWN_FORMAT,code=EMPTY,camera=gate,camera=door", "--save", saved.toString());

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("gate").contains("UNKNOWN_FORMAT").contains("EMPTY");
        assertThat(Files.readString(saved.resolve(job.images() + "-0-3.bin"))).isEqualTo("no picture");
        assertThat(saved.resolve(job.images() + "-0-4.bin")).isEmptyFile();
    }

    @Test
    void saysThatATopicDoesNotExist() {
        CommandRun run = CommandRun.of("watch", "--job", jobFile, "--topic", "nowhere", "--max", "1");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("Topic nowhere does not exist");
    }

    @Test
    void aForeignProgramFeedsTheJobAndReadsItsLabels() throws Exception {
        Assumptions.assumeTrue(isInstalled("kcat"), "kcat is not installed");
        try (JobHarness foreign = new JobHarness(KAFKA.broker(), FLINK, 1)) {
            foreign.submit();
            kcat("-P", "-t", foreign.images(), "-k", "kcat", "-H", "content-type=image/jpeg",
                    JobHarness.pictures().get(0).toString());
            foreign.labels(1);

            String printed = kcat("-C", "-t", foreign.labelsTopic(), "-o", "beginning", "-c", "1", "-f", "%k %s\\n");

            assertThat(printed).startsWith("kcat {\"id\":\"" + foreign.images() + "-0-0\"").contains("\"labels\":[");
        }
    }

    private static boolean isInstalled(String program) {
        return Path.of("/usr/bin", program).toFile().canExecute();
    }

    private static String kcat(String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of("kcat", "-b", KAFKA.bootstrapServers()));
        command.addAll(List.of(options));
        Process kcat = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        String printed = new String(kcat.getInputStream().readAllBytes(), UTF_8);
        assertThat(kcat.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(kcat.exitValue()).isZero();
        return printed;
    }
}
