package io.flinkvision.tools.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.flinkvision.cluster.TestBroker;
import io.flinkvision.cluster.TestCluster;
import io.flinkvision.cluster.TopicReader;
import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.head.Head;
import io.flinkvision.core.head.SampleHeads;
import io.flinkvision.core.image.RegionBox;
import io.flinkvision.job.pipeline.BrokerCheck;
import io.flinkvision.job.pipeline.JobDefinition;
import io.flinkvision.job.pipeline.JobHarness;
import io.flinkvision.job.record.Region;
import io.flinkvision.job.record.RegionKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Declarations of regions on a heads topic of a real broker. */
class HeadCommandsITCase {

    @RegisterExtension
    static final TestBroker KAFKA = TestBroker.shared();

    @RegisterExtension
    static final TestCluster FLINK = new TestCluster();

    private static final String BACKBONE = ModelBundle.read(Path.of("conf/models/triage")).digest();
    private static final Head GATE = SampleHeads.of("gate", BACKBONE);

    @TempDir
    private Path folder;

    @AutoClose
    private final JobHarness job = new JobHarness(KAFKA.broker(), FLINK, 1);

    private String jobFile;
    private String gate;

    @BeforeEach
    void writeFiles() throws IOException {
        jobFile = job.writeJobFile(folder).toString();
        gate = Files.write(folder.resolve("gate.safetensors"), GATE.bytes()).toString();
    }

    @Test
    void publishesARegionWithItsHead() {
        CommandRun run = head("publish", "yard/north/gate", "--box", "0.1,0.2,0.3,0.4", "--every", "1s", "--head", gate);

        assertThat(run.err()).isEqualTo("Jobs that read topic " + job.heads() + " answer in yard/north/gate with the"
                + " head gate (SHA-256 " + GATE.digest() + ").\n");
        assertThat(run.exitCode()).isZero();
        assertThat(run.lines()).containsExactly(job.heads() + "-0-0");
        ConsumerRecord<byte[], byte[]> record = records(1).get(0);
        assertThat(new String(record.key(), UTF_8)).isEqualTo("yard/north/gate");
        RegionKey key = new RegionKey("yard/north", "gate");
        assertThat(Region.read(key, record.value())).isEqualTo(new Region(key, new RegionBox(0.1, 0.2, 0.3, 0.4),
                Optional.of(Duration.ofSeconds(1)), Optional.of(GATE)));
    }

    @Test
    void publishesARegionForTheClassesOfTheModel() {
        CommandRun run = head("publish", "*/bay", "--box", "0,0,1,0.5");

        assertThat(run.exitCode()).isZero();
        assertThat(run.err()).contains("answer in */bay with the classes of their model");
        RegionKey key = new RegionKey("*", "bay");
        assertThat(Region.read(key, records(1).get(0).value())).isEqualTo(
                new Region(key, new RegionBox(0, 0, 1, 0.5), Optional.empty(), Optional.empty()));
    }

    @Test
    void publishesNoHeadThatTheJobWouldRefuse() throws IOException {
        Path foreign = Files.write(folder.resolve("foreign"), SampleHeads.of("foreign", "b".repeat(64)).bytes());
        Path damaged = Files.write(folder.resolve("damaged"), SampleHeads.withNaN(GATE));

        CommandRun other = head("publish", "yard/gate", "--box", "0,0,1,1", "--head", foreign.toString());
        CommandRun nan = head("publish", "yard/gate", "--box", "0,0,1,1", "--head", damaged.toString());
        CommandRun none = head("publish", "yard/gate", "--box", "0,0,1,1", "--head", folder + "/none");

        assertThat(other.exitCode()).isEqualTo(1);
        assertThat(other.err()).contains("foreign", "b".repeat(64), BACKBONE);
        assertThat(nan.exitCode()).isEqualTo(1);
        assertThat(nan.err()).contains(damaged.toString());
        assertThat(none.exitCode()).isEqualTo(1);
        assertThat(none.err()).contains(folder + "/none");
        assertThat(records(0)).isEmpty();
    }

    @Test
    void isCalledWronglyWithoutABoxAKeyOrATopic() {
        assertUsage("must be four numbers", head("publish", "yard/gate", "--box", "0,0,1"));
        assertUsage("ends outside the picture", head("publish", "yard/gate", "--box", "0.5,0,0.6,1"));
        assertUsage("--box", head("publish", "yard/gate", "--box", "0,0,1,x"));
        assertUsage("--box", head("publish", "yard/gate"));
        assertUsage("must be camera/region", head("publish", "gate", "--box", "0,0,1,1"));
        assertUsage("must be a duration", head("publish", "yard/gate", "--box", "0,0,1,1", "--every", "soon"));
        assertUsage("KEY", head("remove"));
        for (String command : List.of("publish yard/gate --box 0,0,1,1", "list", "remove yard/gate")) {
            String[] words = ("head " + command + " --job " + jobFile).split(" ");
            assertUsage("The job file has no model.heads-topic", CommandRun.of(words));
        }
        assertThat(records(0)).isEmpty();
    }

    @Test
    void makesATopicThatTheBrokerCheckFindsNothingWrongWith() {
        String topic = "heads-" + UUID.randomUUID();

        CommandRun first = CommandRun.of("head", "publish", "yard/gate", "--box", "0,0,1,1", "--head", gate, "--job",
                jobFile, "--topic", topic);

        assertThat(first.exitCode()).isZero();
        assertThat(first.err()).contains("Created the topic " + topic);
        BrokerCheck.Answer answer = BrokerCheck.ask(definition("model.heads-topic=" + topic));
        assertThat(answer.problems()).isEmpty();
        assertThat(answer.warnings()).isEmpty();
    }

    @Test
    void listsWhatTheTopicDeclaresAndWhatTheJobRefuses() {
        declareSome();

        CommandRun run = head("list");

        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        assertThat(run.lines()).satisfiesExactly(
                header -> assertThat(header).startsWith("KEY ").endsWith("  LABELS"),
                bay -> assertThat(bay.split(" {2,}")).containsExactly("*/bay", "0,0,1,0.5", "-", "-", "-",
                        job.heads() + "-0-0", "classes of the job's model"),
                region -> assertThat(region.split(" {2,}")).containsExactly("yard/gate", "0.1,0.2,0.3,0.4", "1 s", "gate",
                        GATE.digest().substring(0, 12), job.heads() + "-0-1", "gate-yes; gate-no"),
                garbage -> assertThat(garbage).startsWith("yard/door  refused: ").endsWith(" (" + job.heads() + "-0-3)"),
                foreign -> assertThat(foreign).startsWith("yard/hopper  refused: ").contains("b".repeat(64), BACKBONE));
    }

    @Test
    void listsForProgramsToo() {
        declareSome();

        List<JsonNode> lines = head("list", "--json").json();

        assertThat(lines).hasSize(4);
        assertThat(lines.get(1)).hasToString("{\"key\":\"yard/gate\","
                + "\"box\":{\"x\":0.1,\"y\":0.2,\"width\":0.3,\"height\":0.4},\"everyMillis\":1000,"
                + "\"head\":{\"name\":\"gate\",\"digest\":\"" + GATE.digest()
                + "\",\"labels\":[\"gate-yes\",\"gate-no\"]},\"source\":\"" + job.heads() + "-0-1\"}");
        assertThat(lines.get(0).has("head")).isFalse();
        assertThat(lines.get(2).get("refused").asText()).isNotEmpty();
    }

    @Test
    void saysThatATopicIsEmptyOrMissing() {
        CommandRun empty = head("list");
        CommandRun missing = CommandRun.of("head", "list", "--job", jobFile, "--topic", "none-" + UUID.randomUUID());

        assertThat(empty.exitCode()).isZero();
        assertThat(empty.out()).isEmpty();
        assertThat(empty.err()).contains("Topic " + job.heads() + " declares no regions");
        assertThat(missing.exitCode()).isEqualTo(1);
        assertThat(missing.err()).contains("does not exist");
    }

    @Test
    void removesRegionsAndWhatTheJobRefuses() {
        declareSome();

        CommandRun run = head("remove", "yard/gate", "yard/door");

        assertThat(run.exitCode()).isZero();
        assertThat(run.lines()).containsExactly(job.heads() + "-0-6", job.heads() + "-0-7");
        assertThat(run.err()).isEqualTo("Removed yard/gate\nRemoved yard/door\n");
        assertThat(records(8).get(6).value()).isNull();
        assertThat(head("list", "--json").json()).extracting(line -> line.get("key").asText())
                .containsExactly("*/bay", "yard/hopper");
    }

    @Test
    void failsForARegionThatTheTopicDoesNotHaveAndRemovesTheOthers() {
        declareSome();

        CommandRun run = head("remove", "yard/gaet", "*/bay", "yard/removed");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.lines()).containsExactly(job.heads() + "-0-6");
        assertThat(run.err())
                .contains("Topic " + job.heads() + " has no region yard/gaet; did you mean yard/gate?")
                .contains("Topic " + job.heads() + " has no region yard/removed");
    }

    @Test
    void aJobsCheckListsTheRegionsThatItWouldApply() {
        declareSome();
        String[] check = {"job", "check", jobFile, "--set", "model.heads-topic=" + job.heads(), "--set",
            "regions=[{name: sky, box: [0, 0, 1, 0.3]}, {camera: yard, name: gate, box: [0, 0, 1, 1]}]"};

        CommandRun offline = CommandRun.of(check);
        CommandRun online = CommandRun.of(Stream.concat(Stream.of(check), Stream.of("--brokers")).toArray(String[]::new));

        assertThat(offline.exitCode()).isZero();
        assertThat(offline.err()).contains("The regions of topic " + job.heads() + " are listed with --brokers");
        assertThat(offline.lines()).hasSize(4).last().asString().contains("yard/gate", "job file");
        assertThat(online.exitCode()).isZero();
        assertThat(online.lines().subList(2, 7)).satisfiesExactly(
                bay -> assertThat(bay).startsWith("*/bay").contains(job.heads() + "-0-0"),
                sky -> assertThat(sky).startsWith("*/sky").contains("job file"),
                region -> assertThat(region).startsWith("yard/gate").contains("gate", GATE.digest().substring(0, 12)),
                door -> assertThat(door).startsWith("yard/door  refused: "),
                hopper -> assertThat(hopper).startsWith("yard/hopper  refused: "));
    }

    /** Six records: two regions, two that are refused, and one that is removed. */
    private void declareSome() {
        head("publish", "*/bay", "--box", "0,0,1,0.5");
        head("publish", "yard/gate", "--box", "0.1,0.2,0.3,0.4", "--every", "1s", "--head", gate);
        head("publish", "yard/removed", "--box", "0,0,1,1");
        job.declare("yard/door", "garbage".getBytes(UTF_8));
        job.declare("yard/hopper", new Region(new RegionKey("yard", "hopper"), new RegionBox(0, 0, 1, 1),
                Optional.empty(), Optional.of(SampleHeads.of("foreign", "b".repeat(64)))).toJson());
        assertThat(head("remove", "yard/removed").exitCode()).isZero();
    }

    private JobDefinition definition(String override) {
        return JobDefinition.read(Path.of(jobFile), Map.of(), List.of(override));
    }

    private List<ConsumerRecord<byte[], byte[]>> records(int count) {
        return TopicReader.read(KAFKA.bootstrapServers(), job.heads(), count);
    }

    private static void assertUsage(String message, CommandRun run) {
        assertThat(run.err()).contains(message);
        assertThat(run.exitCode()).isEqualTo(2);
    }

    /** Runs the command with the job's heads topic. */
    private CommandRun head(String command, String... arguments) {
        return CommandRun.of(Stream.concat(
                Stream.of("head", command, "--job", jobFile, "--topic", job.heads()), Stream.of(arguments))
                .toArray(String[]::new));
    }
}
