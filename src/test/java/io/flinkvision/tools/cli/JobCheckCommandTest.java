package io.flinkvision.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.head.SampleHeads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobCheckCommandTest {

    private static final String JOB_FILE = "jobs/classify.yaml";

    @TempDir
    Path folder;

    @Test
    void aSoundJobFileIsDescribed() {
        CommandRun run = CommandRun.of("job", "check", JOB_FILE);

        assertThat(run.exitCode()).isZero();
        assertThat(run.out().strip()).isEqualTo(JOB_FILE
                + " is valid: images -> triage (3 classes) -> labels, dead letters to dead-letters");
        assertThat(run.err()).isEmpty();
    }

    @Test
    void anEventsJobsFileIsUnderstoodToo() {
        CommandRun run = CommandRun.of("job", "check", "jobs/events.yaml", "--set", "source.topics=a,b");
        CommandRun wrong = CommandRun.of("job", "check", "jobs/events.yaml", "--set", "events.leave=0.9",
                "--set", "model.bundle=x");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out().strip())
                .isEqualTo("jobs/events.yaml is valid: a, b -> events -> events, dead letters to dead-letters");
        assertThat(wrong.exitCode()).isEqualTo(1);
        assertThat(wrong.err()).contains("--set model.bundle=...: model.bundle: is unknown");
        assertThat(CommandRun.of("job", "check", JOB_FILE, "--set", "events.topic=happened").out())
                .contains("-> labels, events to happened, dead letters to");
        assertThat(CommandRun.of("job", "check", JOB_FILE, "--set", "events.topic=happened",
                "--set", "events.states-topic=now").out()).contains("-> labels, events to happened, states to now, dead letters to");
    }

    @Test
    void everythingThatIsWrongIsToldWithItsLine() throws IOException {
        Path file = folder.resolve("job.yaml");
        Files.writeString(file, Files.readString(Path.of(JOB_FILE))
                .replace("top-k: 5", "top-k: many")
                .replace("guarantee: at-least-once", "garantee: at-least-once"));

        CommandRun run = CommandRun.of("job", "check", file.toString());

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.err().lines()).hasSize(2)
                .anySatisfy(line -> assertThat(line).matches(".*job.yaml:\\d+: model.top-k: must be a whole number.*"))
                .anySatisfy(line -> assertThat(line)
                        .matches(".*job.yaml:\\d+: sink.garantee: is unknown; did you mean sink.guarantee\\?"));
    }

    @Test
    void aModelThatCannotBeUsedIsToldToo() {
        CommandRun run = CommandRun.of("job", "check", JOB_FILE, "--set", "model.bundle=" + folder);

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains(folder + " is not a model bundle");
    }

    @Test
    void theRegionsOfTheFileAreListedOrTheirProblemsTold() throws IOException {
        String digest = ModelBundle.read(Path.of("conf/models/triage")).digest();
        Path gate = Files.write(folder.resolve("gate"), SampleHeads.of("gate", digest).bytes());
        Path foreign = Files.write(folder.resolve("foreign"), SampleHeads.of("foreign", "b".repeat(64)).bytes());
        String regions = "regions=[{camera: yard, name: gate, box: [0, 0, 0.5, 1], head: %s}]";

        CommandRun run = CommandRun.of("job", "check", JOB_FILE, "--set", regions.formatted(gate));
        CommandRun wrong = CommandRun.of("job", "check", JOB_FILE, "--set", regions.formatted(foreign));

        assertThat(run.exitCode()).isZero();
        assertThat(run.lines()).hasSize(3);
        assertThat(run.lines().get(2).split(" {2,}")).startsWith("yard/gate", "0,0,0.5,1", "-", "gate")
                .endsWith("job file", "gate-yes; gate-no");
        assertThat(wrong.exitCode()).isEqualTo(1);
        assertThat(wrong.out()).isEmpty();
        assertThat(wrong.err()).startsWith("--set regions=...: regions[0].head: ").contains("b".repeat(64), digest);
    }

    @Test
    void overridesGoBeforeTheFile() {
        CommandRun run = CommandRun.of(
                "job", "check", JOB_FILE, "--set", "sink.topic=other", "--set", "source.topics=a,b");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("a, b -> triage").contains("-> other,");
    }

    @Test
    void aPropertyThatKafkaRefusesIsToldWithoutItsValue() {
        CommandRun run = CommandRun.of("job", "check", JOB_FILE,
                "--set", "sink.properties.compression.type=hunter2",
                "--set", "source.properties.max.poll.records=hunter2",
                "--set", "kafka.properties.ssl.truststore.password=hunter2",
                "--set", "kafka.properties.sasl.jaas.config=hunter2");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err())
                .contains("sink.properties: compression.type has a value that Kafka's producer refuses: String must be"
                        + " one of: none, gzip, snappy, lz4, zstd")
                .contains("source.properties: max.poll.records has a value that Kafka's consumer refuses: Not a number")
                .contains("kafka.properties: sasl.jaas.config must be")
                .doesNotContain("hunter2");
        assertThat(run.err().lines()).hasSize(3);
    }

    @Test
    void propertiesThatDoNotGoTogetherAreToldToo() {
        CommandRun run = CommandRun.of("job", "check", JOB_FILE,
                "--set", "sink.guarantee=exactly-once", "--set", "sink.properties.acks=1");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("sink.properties: do not go together, by Kafka's own check: ")
                .contains("idempotence");
        assertThat(CommandRun.of("job", "check", JOB_FILE, "--set", "sink.properties.acks=1").exitCode())
                .as("without transactions it may be so").isZero();
    }

    @Test
    void topicsThatDifferInADotAloneAreAProblem() {
        CommandRun run = CommandRun.of("job", "check", JOB_FILE,
                "--set", "source.topics=site.images,a.b", "--set", "sink.topic=a_b");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("sink.topic: has the topic a_b, which collides with a.b").contains("rename one");
        assertThat(CommandRun.of("job", "check", JOB_FILE, "--set", "source.topics=a.b", "--set", "sink.topic=a_b",
                "--set", "sink.bootstrap-servers=elsewhere:9092").exitCode()).as("other brokers").isZero();
        assertThat(CommandRun.of("job", "check", JOB_FILE, "--set", "source.topics=a b").err())
                .contains("source.topics: must be the name of a Kafka topic").contains("not 'a b'");
    }

    @Test
    void theFormOfTheValuesIsOneOfThree() {
        assertThat(CommandRun.of("job", "check", JOB_FILE, "--set", "source.value=json:/image/data").exitCode())
                .isZero();
        assertThat(CommandRun.of("job", "check", JOB_FILE, "--set", "source.value=base46").err())
                .contains("source.value: must be bytes, base64, or json: with a JSON pointer");
    }

    @Test
    void aMissingFileIsAFailureAndAMissingArgumentIsWrongUse() {
        assertThat(CommandRun.of("job", "check", "none.yaml").exitCode()).isEqualTo(1);
        assertThat(CommandRun.of("job", "check", "none.yaml").err()).contains("none.yaml: there is no such file");
        assertThat(CommandRun.of("job", "check").exitCode()).isEqualTo(2);
    }
}
