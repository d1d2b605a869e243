package io.flinkvision.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.flinkvision.cluster.RegionHistory;
import io.flinkvision.cluster.TestBroker;
import io.flinkvision.cluster.TestCluster;
import io.flinkvision.cluster.TopicReader;
import io.flinkvision.cluster.Waiting;
import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.head.Backbone;
import io.flinkvision.core.head.Head;
import io.flinkvision.core.head.SampleHeads;
import io.flinkvision.core.image.RegionBox;
import io.flinkvision.core.teach.RegionFile;
import io.flinkvision.job.pipeline.JobHarness;
import io.flinkvision.job.record.Region;
import io.flinkvision.job.record.RegionKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.core.execution.JobClient;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Heads that are taught for running jobs, on a heads topic of a real broker. */
class TeachPublishITCase {

    @RegisterExtension
    static final TestBroker KAFKA = TestBroker.shared();

    @RegisterExtension
    static final TestCluster FLINK = new TestCluster();

    private static final RegionKey GATE = new RegionKey("cam-7", "gate");
    private static final RegionBox LEFT = new RegionBox(0, 0, 0.5, 1);
    private static final RegionBox RIGHT = new RegionBox(0.5, 0, 0.5, 1);
    private static final String BACKBONE = ModelBundle.read(Path.of("conf/models/triage")).digest();
    private static final int PARTITIONS = 2;

    @TempDir
    private Path folder;

    @AutoClose
    private final JobHarness job = new JobHarness(KAFKA.broker(), FLINK, PARTITIONS);

    private final DrawnPictures drawn = new DrawnPictures();

    @Test
    void aRunningJobChangesToWhatIsTaughtWithoutARestart() throws IOException {
        JobClient client = job.submit("model.heads-topic=" + job.heads(), "sink.guarantee=exactly-once",
                "sink.transaction-timeout=1 min", "parallelism=" + PARTITIONS);
        Path pictures = frames(4);
        byte[] bars = Files.readAllBytes(pictures.resolve("bars/0.png"));
        List<String> digests = new ArrayList<>(List.of(RegionHistory.ABSENT));
        try (TopicReader labels = new TopicReader(KAFKA.bootstrapServers(), job.labelsTopic())) {
            int sent = sendUntilAnswered(labels, 0, bars, digests.get(0));
            digests.add(taught(teach(pictures)));
            sent = sendUntilAnswered(labels, sent, bars, digests.get(1));
            Files.move(pictures.resolve("bars"), pictures.resolve("upright"));
            digests.add(taught(teach(pictures)));
            sent = sendUntilAnswered(labels, sent, bars, digests.get(2));

            List<JsonNode> all = job.labels(sent).stream().map(JobHarness::json).toList();
            for (int partition = 0; partition < PARTITIONS; partition++) {
                assertThat(new RegionHistory(all).digests(partition, GATE.region())).isEqualTo(digests);
            }
            assertThat(all.stream().flatMap(label -> RegionHistory.regions(label).stream())
                    .map(region -> region.at("/labels/0/label").textValue()).distinct())
                    .containsExactlyInAnyOrder("bars", "upright");
            CommandRun audit = CommandRun.of(
                    "audit", "--job", job.writeJobFile(folder).toString(), "--patience", "60");
            assertThat(audit.out()).isEqualTo(sent + " records, " + sent
                    + " labelled, 0 dead-lettered, 0 missing, 0 doubled, 0 waiting\n");
            assertThat(JobHarness.status(client)).isEqualTo(JobStatus.RUNNING);
        }
    }

    @Test
    void framesOfARegionArePublishedForItWithItsBox() throws IOException {
        CommandRun run = teach(frames(2));

        assertThat(run.exitCode()).as(run.err()).isZero();
        Head head = Head.read(head());
        assertThat(head.description().name()).isEqualTo("gate");
        assertThat(declared(1)).isEqualTo(new Region(GATE, LEFT, Optional.empty(), Optional.of(head)));
        assertThat(run.err()).contains("Published cam-7/gate with the box 0,0,0.5,1: " + job.heads() + "-0-0",
                "Jobs that read topic " + job.heads() + " answer there with the head gate (SHA-256 " + head.digest());
    }

    @Test
    void cutPicturesArePublishedWhereTheTopicHasTheRegionAndAsOften() throws IOException {
        declare(RIGHT, Optional.of(Duration.ofSeconds(2)), Optional.of(SampleHeads.of("earlier", BACKBONE)));

        CommandRun run = teach(cut(), "--region", "cam-7/gate", "--name", "later");

        assertThat(run.err()).contains("Published cam-7/gate with the box 0.5,0,0.5,1, every 2 s: ")
                .doesNotContain("moves");
        assertThat(declared(2)).isEqualTo(new Region(
                GATE, RIGHT, Optional.of(Duration.ofSeconds(2)), Optional.of(Head.read(head()))));
        assertThat(Head.read(head()).description().name()).isEqualTo("later");
    }

    @Test
    void cutPicturesArePublishedWhereTheJobFileHasTheRegion() throws IOException {
        CommandRun run = teach(jobFile("regions: [{camera: cam-7, name: gate, box: [0, 0, 0.5, 1], every: 3 s}]"), cut(),
                "--region", "cam-7/gate");

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(declared(1)).isEqualTo(new Region(
                GATE, LEFT, Optional.of(Duration.ofSeconds(3)), Optional.of(Head.read(head()))));
    }

    @Test
    void aBoxOfTheCommandLineTakesPrecedenceAndTheMoveIsReported() throws IOException {
        declare(LEFT, Optional.empty(), Optional.empty());

        CommandRun run = teach(frames(2), "--box", "0.5,0,0.5,1");

        assertThat(declared(2).box()).isEqualTo(RIGHT);
        assertThat(run.err()).contains("The region cam-7/gate moves from the box 0,0,0.5,1 to 0.5,0,0.5,1.");
    }

    @Test
    void framesOfOneCameraTeachTheRegionOfAnotherOnlyWithABoxThere() throws IOException {
        Path pictures = frames(2);

        assertRefused(teach(pictures, "--region", "cam-9/gate"), 2, "--region is cam-9/gate, but "
                + pictures.resolve("region.yaml") + " says that the pictures are of cam-7/gate");
        CommandRun meant = teach(pictures, "--region", "cam-9/gate", "--box", "0.5,0,0.5,1");

        assertThat(meant.exitCode()).as(meant.err()).isZero();
        ConsumerRecord<byte[], byte[]> record = records(1).get(0);
        assertThat(JobHarness.key(record)).isEqualTo("cam-9/gate");
        assertThat(Region.read(new RegionKey("cam-9", "gate"), record.value()).box()).isEqualTo(RIGHT);
    }

    @Test
    void nothingIsTaughtForARegionWithoutABox() throws IOException {
        String missing = "heads-" + UUID.randomUUID();
        job.declare("cam-7/gate", new Region(
                GATE, LEFT, Optional.empty(), Optional.of(SampleHeads.of("foreign", "b".repeat(64)))).toJson());

        CommandRun refusedRecord = teach(cut(), "--region", "cam-7/gate");
        CommandRun withoutTopic = teach(cut(), "--region", "cam-7/gate", "--topic", missing);

        assertRefused(refusedRecord, 2, "The box of cam-7/gate is not known: ", "topic " + job.heads(),
                "the job refuses " + job.heads() + "-0-0: ", "b".repeat(64), "--box");
        assertRefused(withoutTopic, 2, "topic " + missing + " has it; give it with --box X,Y,WIDTH,HEIGHT");
        assertThat(CommandRun.of("head", "list", "--job", jobFile(""), "--topic", missing).err())
                .contains("does not exist");
    }

    @Test
    void nothingIsTaughtForJobsThatCannotBeReachedOrHaveNoTopic() throws IOException {
        Path pictures = frames(2);

        CommandRun unreachable = CommandRun.of("teach", pictures.toString(), "--publish", "--output", head().toString(),
                "--topic", job.heads(), "--bootstrap-servers", "localhost:1", "--property", "request.timeout.ms=100",
                "--property", "default.api.timeout.ms=200");
        CommandRun withoutTopic = CommandRun.of("teach", pictures.toString(), "--publish", "--output", head().toString(),
                "--job", jobFile(""));
        CommandRun withoutJob = teach(folder + "/none.yaml", pictures);

        assertRefused(unreachable, 1, "Topic " + job.heads(), "the Kafka brokers localhost:1");
        assertRefused(withoutTopic, 2, "The job file has no model.heads-topic");
        assertRefused(withoutJob, 1, folder + "/none.yaml");
    }

    @Test
    void nothingIsTaughtOnAnotherModelThanTheJobs() throws IOException {
        Path pictures = frames(2);

        assertRefused(teach(pictures, "--backbone", otherModel().toString()), 2, "--backbone other (SHA-256 ",
                ") is not the job's model triage (SHA-256 " + BACKBONE, "leave --backbone out");
        CommandRun same = teach(pictures, "--backbone", "triage");

        assertThat(same.exitCode()).as(same.err()).isZero();
    }

    @Test
    void aJobsModelMayBeAnUri() throws IOException {
        Path file = Path.of(jobFile(""));
        Files.writeString(file, Files.readString(file).replace("bundle: \"", "bundle: \"file://"));

        CommandRun run = teach(file.toString(), frames(2));

        assertThat(run.exitCode()).as(run.err()).isZero();
        Head.read(head()).requireTaughtOn(Backbone.of(ModelBundle.read(Path.of("conf/models/triage"))));
    }

    @Test
    void aMissingTopicIsCreated() throws IOException {
        String topic = "heads-" + UUID.randomUUID();

        CommandRun run = teach(frames(2), "--topic", topic);

        assertThat(run.exitCode()).isZero();
        assertThat(run.err()).contains("Created the topic " + topic, "Published cam-7/gate with ");
    }

    @Test
    void aHeadThatTheBrokersRefuseIsKeptWithTheCommandThatPublishesIt() throws IOException {
        String topic = "heads-" + UUID.randomUUID();
        KAFKA.broker().createTopic(topic, 1, Map.of("cleanup.policy", "compact", "max.message.bytes", "1000"));
        String file = jobFile("regions: [{camera: cam-7, name: gate, box: [0, 0, 0.5, 1], every: 1500 ms}]");

        CommandRun run = teach(file, frames(2), "--topic", topic);

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("Topic " + topic + " cannot be written: ", "The head is taught and in " + head(),
                "bin/vision head publish cam-7/gate --box 0,0,0.5,1 --every 1500ms --head " + head() + " --job " + file
                        + " --topic " + topic + "\n");
        assertThat(Head.read(head()).description().labels()).containsExactly("bars", "discs");
    }

    /** Frames of the gate, whose left half has bars or discs. */
    private Path frames(int each) throws IOException {
        Path pictures = Files.createDirectories(folder.resolve("frames"));
        new RegionFile(GATE.camera(), GATE.region(), LEFT).writeTo(pictures);
        for (int i = 0; i < each; i++) {
            drawn.frame(pictures.resolve("bars/" + i + ".png"), true);
            drawn.frame(pictures.resolve("discs/" + i + ".png"), false);
        }
        return pictures;
    }

    private Path cut() throws IOException {
        drawn.bars(folder.resolve("cut/bars"), 2);
        drawn.discs(folder.resolve("cut/discs"), 2);
        return folder.resolve("cut");
    }

    private Path head() {
        return folder.resolve("written.safetensors");
    }

    private String jobFile(String line) {
        return job.writeJobFile(folder, line).toString();
    }

    private CommandRun teach(Path pictures, String... options) {
        return teach(jobFile(""), pictures, options);
    }

    /** Runs the command with the job's heads topic, unless the options name another. */
    private CommandRun teach(String jobFile, Path pictures, String... options) {
        List<String> arguments = new ArrayList<>(List.of("teach", pictures.toString(), "--publish", "--force",
                "--output", head().toString(), "--job", jobFile));
        if (!List.of(options).contains("--topic")) {
            arguments.addAll(List.of("--topic", job.heads()));
        }
        arguments.addAll(List.of(options));
        return CommandRun.of(arguments.toArray(String[]::new));
    }

    /** The digest of the head that was written. */
    private String taught(CommandRun run) {
        assertThat(run.exitCode()).as(run.err()).isZero();
        return Head.read(head()).digest();
    }

    private void assertRefused(CommandRun run, int exitCode, String... messages) {
        assertThat(run.err()).contains(messages).doesNotContain("Read ", "Created", "Unexpected", "--verbose");
        assertThat(run.exitCode()).isEqualTo(exitCode);
        assertThat(head()).doesNotExist();
    }

    private void declare(RegionBox box, Optional<Duration> every, Optional<Head> head) {
        job.declare(GATE.toString(), new Region(GATE, box, every, head).toJson());
    }

    /** The gate by the last of so many records. */
    private Region declared(int count) {
        ConsumerRecord<byte[], byte[]> record = records(count).get(count - 1);
        assertThat(JobHarness.key(record)).isEqualTo(GATE.toString());
        return Region.read(GATE, record.value());
    }

    private List<ConsumerRecord<byte[], byte[]>> records(int count) {
        return TopicReader.read(KAFKA.bootstrapServers(), job.heads(), count);
    }

    /** Sends frames to all partitions until each has answered with a head, and returns how many were sent in all. */
    private int sendUntilAnswered(TopicReader labels, int before, byte[] frame, String digest) {
        int[] sent = {before};
        AtomicReference<List<String>> newest = new AtomicReference<>(List.of());
        Waiting.until("labels by " + digest, () -> {
            for (int partition = 0; partition < PARTITIONS; partition++) {
                job.send(partition, GATE.camera(), frame);
                sent[0]++;
            }
            RegionHistory history = new RegionHistory(labels.await(sent[0]).stream().map(JobHarness::json).toList());
            newest.set(IntStream.range(0, PARTITIONS).mapToObj(partition -> history.digests(partition, GATE.region()))
                    .map(digests -> digests.get(digests.size() - 1)).toList());
            return newest.get().stream().allMatch(digest::equals);
        }, newest::get);
        return sent[0];
    }

    /** The triage model with other weights. */
    private Path otherModel() throws IOException {
        Path triage = Path.of("conf/models/triage");
        Path other = Files.createDirectories(folder.resolve("other"));
        for (String file : List.of("LICENSE", "NOTICE", "PROVENANCE.md", "labels.txt")) {
            Files.copy(triage.resolve(file), other.resolve(file));
        }
        Files.writeString(other.resolve("model.yaml"),
                Files.readString(triage.resolve("model.yaml")).replace("name: triage", "name: other"));
        byte[] weights = Files.readAllBytes(triage.resolve("model.safetensors"));
        weights[weights.length - 1]++;
        Files.write(other.resolve("model.safetensors"), weights);
        return other;
    }
}
