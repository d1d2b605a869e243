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
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Dead letters of the real job, sent back to it. */
class ReplayCommandITCase {

    @RegisterExtension
    static final TestBroker KAFKA = TestBroker.shared();

    @RegisterExtension
    static final TestCluster FLINK = new TestCluster();

    @TempDir
    private Path folder;

    @AutoClose
    private final JobHarness job = new JobHarness(KAFKA.broker(), FLINK, 1);

    private String jobFile;

    @BeforeEach
    void writeFiles() {
        jobFile = job.writeJobFile(folder).toString();
    }

    @Test
    void aSecondFailureShowsAndNothingIsSentTwice() {
        job.submit();
        byte[] garbage = "no picture".getBytes(UTF_8);
        job.send("gate", garbage, header("frame", "7"), header("error-code", "the sender's own"));
        job.deadLetters(1);

        CommandRun first = replay();
        List<ConsumerRecord<byte[], byte[]>> letters = job.deadLetters(2);
        CommandRun second = replay();
        letters = job.deadLetters(3);
        CommandRun watch = CommandRun.of("watch", "--job", jobFile, "--dead-letters", "--json", "--max", "3");

        assertThat(first.exitCode()).isZero();
        assertThat(first.lines()).singleElement().asString().endsWith("-> " + job.images() + " (replayed 1x)");
        assertThat(second.lines()).singleElement().asString().endsWith("(replayed 2x)");
        ConsumerRecord<byte[], byte[]> last = letters.get(2);
        assertThat(last.key()).isEqualTo("gate".getBytes(UTF_8));
        assertThat(last.value()).isEqualTo(garbage);
        assertThat(Arrays.stream(last.headers().toArray()).map(Header::key).toList()).containsExactly(
                "frame", "error-code", "replayed", "replayed-from",
                "error-code", "error-message", "source-topic", "source-partition", "source-offset", "failed-at");
        assertThat(JobHarness.header(last, "error-code")).isEqualTo("UNKNOWN_FORMAT");
        assertThat(JobHarness.header(last, "replayed")).isEqualTo("2");
        assertThat(JobHarness.header(last, "replayed-from")).isEqualTo(letters.get(1).topic() + "-0-1");
        List<JsonNode> shown = watch.json();
        assertThat(shown).extracting(line -> line.at("/deadLetter/replayed").asInt()).containsExactly(0, 1, 2);
        assertThat(shown).extracting(line -> line.at("/deadLetter/source/offset").asInt()).containsExactly(0, 1, 2);
    }

    @Test
    void oneCodeIsReplayedWithoutTheOthers() {
        sendDeadLetter(0, "EMPTY");
        sendDeadLetter(1, "UNKNOWN_FORMAT");

        assertThat(replay("--dry-run").lines()).hasSize(2);
        assertThat(replay("--code", "EMPTY").lines()).singleElement().asString().contains(" EMPTY -> ");
        assertThat(replay("--code", "EMPTY").lines()).isEmpty();
        assertThat(replay("--dry-run").lines()).singleElement().asString().contains("UNKNOWN_FORMAT");
        assertThat(replay("--since", "beginning", "--dry-run").lines()).hasSize(2);
        assertThat(job.sent(1)).hasSize(1);
        assertThat(replay("--topic", "nowhere").err()).contains("topic nowhere does not exist");
    }

    @Test
    void goesOnWhereItsLimitStoppedIt() {
        IntStream.range(0, 5).forEach(i -> sendDeadLetter(i, "EMPTY"));

        List<String> all = new ArrayList<>(replay("--max", "2").lines());
        all.addAll(replay("--max", "2").lines());
        assertThat(all).hasSize(4);
        all.addAll(replay().lines());

        assertThat(all).hasSize(5).doesNotHaveDuplicates();
        assertThat(job.sent(5)).hasSize(5).extracting(JobHarness::key)
                .containsExactly("camera 0", "camera 1", "camera 2", "camera 3", "camera 4");
    }

    @Test
    void fetchesFromTheSourceWhatADeadLetterLacks() {
        job.submit();
        byte[] large = new byte[1_048_588 - 250];
        Arrays.fill(large, (byte) 7);
        job.send("large", large, header("frame", "7"));
        assertThat(job.deadLetters(1).get(0).value()).isNull();

        CommandRun run = replay();

        assertThat(run.err()).contains("1 sent, 0 not");
        assertThat(run.exitCode()).isZero();
        ConsumerRecord<byte[], byte[]> again = job.sent(2).get(1);
        assertThat(again.value()).isEqualTo(large);
        assertThat(Arrays.stream(again.headers().toArray()).map(Header::key).toList())
                .containsExactly("frame", "replayed", "replayed-from");
    }

    @Test
    void sendsNothingToTopicsThatTheJobDoesNotRead() {
        job.sendDeadLetter("gate", new byte[0], header("error-code", "EMPTY"), header("source-topic", "payments"),
                header("source-partition", "0"), header("source-offset", "0"));
        job.sendDeadLetter("gate", null, header("error-code", "EMPTY"), header("source-topic", job.images()),
                header("source-partition", "0"), header("source-offset", "99"), header("omitted", "value"));
        job.sendDeadLetter("\u001b[2J", new byte[0]);

        CommandRun run = replay();

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("came from topic payments, which the job does not read")
                .contains("no longer where it came from").contains("does not say where it came from")
                .contains("0 sent, 3 not").doesNotContain("\u001b");
    }

    @Test
    void sendsFramesOfCamerasOnlyWhereItIsToldTo() {
        job.sendDeadLetter("gate", new byte[] {1, 2, 3}, header("format", "bgr24"), header("error-code", "TOO_SLOW"),
                header("source-camera", "gate"), header("source-session", "1790000000000"), header("source-frame", "7"));

        CommandRun run = replay();

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("it is the frame gate-1790000000000-7 of a camera, which was on no topic;"
                + " --topic says where it goes").contains("0 sent, 1 not");
        assertThat(replay("--since", "beginning", "--topic", job.images()).exitCode()).isZero();
        assertThat(job.sent(1)).singleElement().satisfies(record -> {
            assertThat(record.value()).isEqualTo(new byte[] {1, 2, 3});
            assertThat(JobHarness.header(record, "format")).isEqualTo("bgr24");
        });
    }

    @Test
    void goesOnAfterLettersOfTopicsThatCannotBe() throws IOException {
        Files.writeString(Path.of(jobFile), Files.readString(Path.of(jobFile)).replace(
                "topics: [" + job.images() + "]", "topic-pattern: '" + job.images() + "|[. !x\\u001b]*'"));
        for (String topic : List.of("..", ".", "x !", "x".repeat(300), "\u001b", "")) {
            job.sendDeadLetter("gate", new byte[0], header("error-code", "EMPTY"), header("source-topic", topic),
                    header("source-partition", "0"), header("source-offset", "0"));
        }
        sendDeadLetter(7, "EMPTY");

        CommandRun run = replay();

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.lines()).singleElement().asString().endsWith(" EMPTY -> " + job.images() + " (replayed 1x)");
        assertThat(run.err()).contains("no topic can be called '..'", "no topic can be called 'x !'",
                "no topic can be called '\\u001b'", "'" + "x".repeat(249) + "...'", "1 sent, 6 not");
        assertThat(job.sent(1)).singleElement().extracting(JobHarness::key).isEqualTo("camera 7");
        assertThat(replay().err()).contains("0 sent, 0 not");
    }

    @Test
    void isWronglyUsedWithATopicThatCannotBe() {
        CommandRun run = replay("--topic", "a b");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("No topic can be called 'a b'");
    }

    @Test
    void saysThatNoBrokerAnswers() {
        CommandRun run = replay("--bootstrap-servers", "127.0.0.1:9");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("do not answer");
    }

    private void sendDeadLetter(int offset, String code) {
        job.sendDeadLetter("camera " + offset, new byte[0], header("error-code", code),
                header("source-topic", job.images()), header("source-partition", "0"),
                header("source-offset", Integer.toString(offset)));
    }

    private CommandRun replay(String... options) {
        List<String> all = new ArrayList<>(List.of("replay", "--job", jobFile));
        all.addAll(List.of(options));
        return CommandRun.of(all.toArray(String[]::new));
    }
}
