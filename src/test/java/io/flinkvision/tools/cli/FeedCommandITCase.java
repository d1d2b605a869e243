package io.flinkvision.tools.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.cluster.TestBroker;
import io.flinkvision.cluster.TopicReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class FeedCommandITCase {

    private static final Path IMAGES = Path.of("conf/models/triage/images");

    @RegisterExtension
    static final TestBroker KAFKA = TestBroker.shared();

    @TempDir
    Path folder;

    @TempDir
    static Path state;

    private String topic;

    @BeforeAll
    static void setStateFolder() {
        System.setProperty("vision.state", state.toString());
    }

    @AfterAll
    static void clearStateFolder() {
        System.clearProperty("vision.state");
    }

    @BeforeEach
    void makeTopic(TestInfo test) {
        topic = test.getTestMethod().orElseThrow().getName();
        KAFKA.createTopic(topic, 2);
    }

    @Test
    void sendsEachFileOfAFolderOnceAlsoWhenItIsCalledAgain() throws IOException {
        CommandRun first = feed(IMAGES.toString());

        assertThat(first.exitCode()).isZero();
        assertThat(first.out()).startsWith("images: 6 frames sent, ");
        List<ConsumerRecord<byte[], byte[]>> records = records();
        assertThat(records).extracting(record -> header(record, "file")).containsExactly("meal_1.jpg", "meal_2.jpg",
                "other_1.jpg", "other_2.jpg", "report_1.jpg", "report_2.jpg");
        assertThat(records).extracting(record -> header(record, "frame")).containsExactly("0", "1", "2", "3", "4", "5");
        for (ConsumerRecord<byte[], byte[]> record : records) {
            assertThat(record.value()).isEqualTo(Files.readAllBytes(IMAGES.resolve(header(record, "file"))));
            assertThat(new String(record.key(), UTF_8)).isEqualTo("images");
            assertThat(header(record, "content-type")).isEqualTo("image/jpeg");
            assertThat(header(record, "capture-time")).isEqualTo(Long.toString(record.timestamp()));
        }

        CommandRun second = feed(IMAGES.toString());

        assertThat(second.exitCode()).isZero();
        assertThat(second.out()).startsWith("images: 0 frames sent");
        assertThat(second.err()).contains("6 files were skipped because the topic already has them", "--again");
        assertThat(records()).hasSize(6);

        assertThat(feed(IMAGES.toString(), "--again").exitCode()).isZero();
        assertThat(records()).hasSize(12);
    }

    @Test
    void sendsTheFilesOfAPatternUnderTheirNamesAndTheGivenCamera() throws IOException {
        CommandRun run = feed(IMAGES + "/meal_*.jpg", IMAGES.resolve("other_1.jpg").toString(),
                "--camera", "kitchen", "--camera", "hall", "--key", "file");

        assertThat(run.exitCode()).isZero();
        assertThat(run.lines()).anyMatch(line -> line.startsWith("kitchen: 2 frames sent"))
                .anyMatch(line -> line.startsWith("hall: 1 frames sent"))
                .anyMatch(line -> line.startsWith("3 frames, "));
        assertThat(records()).extracting(record -> new String(record.key(), UTF_8))
                .containsExactlyInAnyOrder("meal_1.jpg", "meal_2.jpg", "other_1.jpg");
    }

    @Test
    void countsAPictureThatIsTooLargeAndSendsTheOthers() throws IOException {
        Files.copy(IMAGES.resolve("meal_1.jpg"), folder.resolve("small.jpg"));
        Files.write(folder.resolve("large.jpg"), new byte[2 << 20]);
        Files.writeString(folder.resolve("notes.txt"), "no picture");
        for (String name : List.of("small.jpg", "large.jpg")) {
            Files.setLastModifiedTime(folder.resolve(name), FileTime.from(Instant.now().minusSeconds(60)));
        }

        CommandRun run = feed(folder.toString());

        assertThat(run.exitCode()).isZero();
        assertThat(run.err()).contains("1 files were skipped because they have more than");
        assertThat(records()).extracting(record -> header(record, "file")).containsExactly("small.jpg");
    }

    @Test
    void theTestSceneCountsItsFrames() throws IOException {
        CommandRun run = feed("test:2?size=64x64&fps=200", "--max", "20");

        assertThat(run.exitCode()).isZero();
        for (String camera : List.of("test-1", "test-2")) {
            assertThat(records().stream().filter(record -> new String(record.key(), UTF_8).equals(camera)))
                    .extracting(record -> Integer.parseInt(header(record, "frame")))
                    .hasSize(20).isSorted().doesNotHaveDuplicates();
        }
    }

    @Test
    void whatIsNoSourceIsWrongUseAndNoBrokerAFailure() {
        assertThat(feed("none.mp4").exitCode()).isEqualTo(2);
        assertThat(feed("none.mp4").err()).contains("There is no file or folder none.mp4");
        assertThat(feed("/dev/video99").err()).contains("There is no device /dev/video99");
        assertThat(feed().err()).contains("A SOURCE is missing");
        assertThat(feed("test:", "--fps", "0").err()).contains("--fps must be above 0 and at most 1000, not 0.0");
        assertThat(feed("test:", "--only-changes", "8,soon").err())
                .contains("is 8,soon, but must be THRESHOLD or THRESHOLD,EVERY", "must be a duration");
        CommandRun secret = feed("rtsp://admin:s3cret pass@camera/1");
        assertThat(secret.exitCode()).isEqualTo(2);
        assertThat(secret.err()).doesNotContain("s3cret").contains("%40");
        CommandRun missing = CommandRun.of("feed", "test:", "--topic", "none-such", "--max", "1",
                "--bootstrap-servers", "127.0.0.1:1", "--property", "default.api.timeout.ms=1000",
                "--property", "request.timeout.ms=500");
        assertThat(missing.exitCode()).isEqualTo(1);
        assertThat(missing.err()).contains("127.0.0.1:1 did not answer");
    }

    private CommandRun feed(String... arguments) {
        List<String> complete = new ArrayList<>(List.of("feed"));
        complete.addAll(List.of(arguments));
        complete.addAll(List.of("--bootstrap-servers", KAFKA.bootstrapServers(), "--topic", topic));
        return CommandRun.of(complete.toArray(String[]::new));
    }

    private List<ConsumerRecord<byte[], byte[]>> records() {
        try (TopicReader reader = new TopicReader(KAFKA.bootstrapServers(), topic)) {
            return reader.all();
        }
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), UTF_8);
    }
}
