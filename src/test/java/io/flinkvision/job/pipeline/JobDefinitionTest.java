package io.flinkvision.job.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.flinkvision.core.configuration.ConfigurationException;
import io.flinkvision.core.configuration.Problem;
import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.core.image.DecodeLimits.Truncation;
import io.flinkvision.core.image.ImageFormat;
import io.flinkvision.core.image.Reduction;
import io.flinkvision.core.inference.ReuseRule;
import io.flinkvision.job.guard.GuardSettings;
import io.flinkvision.job.guard.NotesPlace;
import io.flinkvision.job.operator.AgeLimit;
import io.flinkvision.job.operator.DeviceKind;
import io.flinkvision.job.pipeline.JobOptions.Guarantee;
import io.flinkvision.job.pipeline.JobOptions.StartingOffsets;
import io.flinkvision.job.record.ValueEncoding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JobDefinitionTest {

    private static final String SMALLEST = """
            source: {bootstrap-servers: localhost:9092, topics: images}
            model: {bundle: model}
            sink: {topic: labels}
            dead-letters: {topic: dead}
            """;

    @TempDir
    Path folder;

    @Test
    void theJobFileOfTheProjectIsSound() {
        JobDefinition job = JobDefinition.read(JobHarness.JOB_FILE, Map.of(), List.of());

        assertThat(job.name()).isEqualTo("classify");
        assertThat(job.source().bootstrapServers()).containsExactly("localhost:9092");
        assertThat(job.model().localFolder().orElseThrow())
                .isEqualTo(Path.of("conf/models/triage").toAbsolutePath());
        assertThat(job.sink().guarantee()).isEqualTo(Guarantee.AT_LEAST_ONCE);
    }

    @Test
    void takesTheBrokersFromTheEnvironment() {
        JobDefinition job = JobDefinition.read(
                JobHarness.JOB_FILE, Map.of("KAFKA_BOOTSTRAP_SERVERS", "a:1,b:2"), List.of());

        assertThat(job.source().bootstrapServers()).containsExactly("a:1", "b:2");
        assertThat(job.sink().bootstrapServers()).containsExactly("a:1", "b:2");
    }

    @Test
    void whatIsNotSetHasTheDocumentedDefaults() throws IOException {
        JobDefinition job = read(SMALLEST);

        assertThat(job.name()).isEqualTo("flink-vision");
        assertThat(job.parallelism()).isEmpty();
        assertThat(job.checkpointInterval()).isEqualTo(Duration.ofSeconds(10));
        assertThat(job.ageLimit()).isEqualTo(AgeLimit.NONE);
        assertThat(job.skipUnchanged()).isEmpty();
        assertThat(job.source().group()).isEqualTo("flink-vision");
        assertThat(job.source().startingOffsets()).isEqualTo(StartingOffsets.COMMITTED);
        assertThat(job.decode().limits()).isEqualTo(DecodeLimits.DEFAULTS.withMaxBytes(4 << 20));
        assertThat(job.decode().value()).isEqualTo(new ValueEncoding.Bytes());
        assertThat(job.decode().referencePrefixes()).isEmpty();
        assertThat(job.guard()).isEqualTo(new GuardSettings(true, new NotesPlace.TemporaryFiles(),
                GuardSettings.jobOf(job.source().bootstrapServers(), "flink-vision"), Duration.ofMinutes(1)));
        assertThat(job.model().topK()).isEqualTo(5);
        assertThat(job.model().controlTopic()).isEmpty();
        assertThat(job.sink().transactionTimeout()).isEqualTo(Duration.ofMinutes(15));
    }

    @Test
    void everyKeyReachesItsPlace() throws IOException {
        JobDefinition job = read("""
                name: gate
                parallelism: 3
                checkpoint-interval: 1 min
                max-image-bytes: 1 MiB
                max-age: 30 s
                skip-unchanged: {threshold: 4, at-least-every: 5 s}
                source:
                  bootstrap-servers: [in:1]
                  topic-pattern: "camera-.*"
                  group: readers
                  starting-offsets: latest
                  parallelism: 2
                  properties: {client.rack: a}
                  value: "json:/image/data"
                decode:
                  max-pixels: 1000
                  max-side: 100
                  formats: [jpeg]
                  truncated: accept
                  reduced: true
                  reference-prefixes: ["s3://bucket/"]
                  parallelism: 4
                crash-guard: {enabled: false, folder: /var/notes, deadline: 10 s}
                model:
                  {bundle: "s3://models/triage", top-k: 1, parallelism: 5, control-topic: models}
                sink:
                  bootstrap-servers: out:1
                  topic: labels
                  guarantee: exactly-once
                  transaction-timeout: 5 min
                  properties: {linger.ms: 5}
                dead-letters: {topic: dead}
                """);

        assertThat(job.name()).isEqualTo("gate");
        assertThat(job.parallelism()).contains(3);
        assertThat(job.checkpointInterval()).isEqualTo(Duration.ofMinutes(1));
        assertThat(job.maxImageBytes()).isEqualTo(1 << 20);
        assertThat(job.ageLimit()).isEqualTo(new AgeLimit(Duration.ofSeconds(30)));
        assertThat(job.skipUnchanged()).contains(new ReuseRule(4, Duration.ofSeconds(5)));
        assertThat(job.source().topics()).isEmpty();
        assertThat(job.source().topicPattern().orElseThrow().pattern()).isEqualTo("camera-.*");
        assertThat(job.source().group()).isEqualTo("readers");
        assertThat(job.source().startingOffsets()).isEqualTo(StartingOffsets.LATEST);
        assertThat(job.source().parallelism()).contains(2);
        assertThat(job.source().properties()).containsExactly(Map.entry("client.rack", "a"));
        assertThat(job.decode().value()).isEqualTo(new ValueEncoding.Json("/image/data"));
        assertThat(job.largestValueBytes()).as("a picture in base64 takes a third more").isGreaterThan((4 << 20) / 3);
        assertThat(job.decode().limits())
                .isEqualTo(new DecodeLimits(1 << 20, 1000, 100, Set.of(ImageFormat.JPEG), Truncation.ACCEPT));
        assertThat(job.decode().reduction()).isEqualTo(Reduction.ALLOWED);
        assertThat(job.decode().referencePrefixes()).containsExactly("s3://bucket/");
        assertThat(job.decode().parallelism()).contains(4);
        assertThat(job.guard()).isEqualTo(new GuardSettings(false, new NotesPlace.Chosen("/var/notes"),
                GuardSettings.jobOf(List.of("in:1"), "readers"), Duration.ofSeconds(10)));
        assertThat(job.model()).isEqualTo(
                new JobDefinition.Model(
                        "s3://models/triage", 1, job.model().parallelism(), DeviceKind.CPU,
                        Optional.of("models")));
        assertThat(job.model().parallelism()).contains(5);
        assertThat(job.model().localFolder()).isEmpty();
        assertThat(job.sink().bootstrapServers()).containsExactly("out:1");
        assertThat(job.sink().guarantee()).isEqualTo(Guarantee.EXACTLY_ONCE);
        assertThat(job.sink().transactionTimeout()).isEqualTo(Duration.ofMinutes(5));
        assertThat(job.sink().properties()).containsExactly(Map.entry("linger.ms", "5"));
    }

    @Test
    void picturesAreDecodedInAllTheirPixelsUnlessTheJobSaysOtherwise() throws IOException {
        assertThat(read(SMALLEST).decode().reduction()).isEqualTo(Reduction.NONE);
    }

    @Test
    void labelsThatAreTakenOverAreTenSecondsOldAtTheMostUnlessTheJobSaysOtherwise() throws IOException {
        assertThat(read(SMALLEST, "skip-unchanged.threshold=8").skipUnchanged())
                .contains(new ReuseRule(8, Duration.ofSeconds(10)));
    }

    @Test
    void aRelativeBundleIsTakenFromTheJobFilesFolder() throws IOException {
        assertThat(read(SMALLEST).model().localFolder()).contains(folder.resolve("model"));
    }

    @Test
    void givesThePropertiesOfKafkaToBothEndsBeforeTheirOwn() {
        JobDefinition job = JobDefinition.read(JobHarness.JOB_FILE, Map.of(), List.of(
                "kafka.properties.security.protocol=SSL", "kafka.properties.client.rack=a",
                "source.properties.client.rack=b", "sink.properties.linger.ms=5"));

        assertThat(job.source().properties())
                .containsOnly(Map.entry("security.protocol", "SSL"), Map.entry("client.rack", "b"));
        assertThat(job.sink().properties()).containsOnly(
                Map.entry("security.protocol", "SSL"), Map.entry("client.rack", "a"), Map.entry("linger.ms", "5"));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "hunter2", "hunter2 required;", "a.Module hunter2;", "a.Module required password=\"hunter2",
        "a.Module required password=\"x\" hunter2;", "a.Module required user=\"a\" password=hunter2 b;"})
    void repeatsNothingOfALoginThatKafkaCannotRead(String jaas) {
        for (String section : List.of("kafka", "source", "sink")) {
            assertThatExceptionOfType(ConfigurationException.class)
                    .isThrownBy(() -> JobDefinition.read(JobHarness.JOB_FILE, Map.of("LOGIN", jaas),
                            List.of(section + ".properties.sasl.jaas.config=${LOGIN}")))
                    .withMessageContaining(section + ".properties: sasl.jaas.config must be 'MODULE required")
                    .satisfies(e -> assertThat(e.toString()).doesNotContain("hunter2"))
                    .withNoCause();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "sink.topic=images                | sink.topic         | input topic too",
        "dead-letters.topic=images        | dead-letters.topic | input topic too",
        "dead-letters.topic=labels        | dead-letters.topic | is the sink.topic too",
        "model.control-topic=images       | model.control-topic | input topic too",
        "model.control-topic=labels       | model.control-topic | is the sink.topic too",
        "model.control-topic=dead         | model.control-topic | is the dead-letters.topic too",
        "sink.topic=a topic               | sink.topic         | Kafka topic's name",
        "source.topics=[]                 | source.topics      | is missing",
        "source.topic-pattern=camera.*    | source.topics      | both set",
        "source.topic-pattern=(           | source.topic-pattern | no regular expression",
        "decode.formats=[]                | decode.formats     | at least one",
        "decode.formats=heic              | decode.formats     | must be one of jpeg",
        "decode.reference-prefixes=images | decode.reference-prefixes | absolute URIs",
        "crash-guard.folder=notes         | crash-guard.folder | absolute path",
        "crash-guard.deadline=500 ms      | crash-guard.deadline | at least 1 s",
        "checkpoint-interval=1 ms         | checkpoint-interval | at least 10 ms",
        "max-image-bytes=2 GiB            | max-image-bytes    | the largest is 1 GiB",
        "max-age=0 s                      | max-age            | at least 1 ms",
        "skip-unchanged.threshold=0       | skip-unchanged.threshold | must be from 1",
        "skip-unchanged.threshold=256     | skip-unchanged.threshold | 255",
        "skip-unchanged.at-least-every=0 s | skip-unchanged.at-least-every | at least 1 ms",
        "skip-unchanged.at-least-every=5 s | skip-unchanged.at-least-every | every frame is classified",
        "model.top-k=0                    | model.top-k        | must be from 1",
        "sink.guarantee=once              | sink.guarantee     | must be one of at-least-once, exactly-once",
        "sink.transaction-timeout=0 s     | sink.transaction-timeout | from 1 s"
    })
    void saysWhatIsWrongAndWhere(String override, String key, String message) throws IOException {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> read(SMALLEST, override))
                .satisfies(e -> assertThat(e.problems()).anySatisfy(problem -> {
                    assertThat(problem.key()).isEqualTo(key);
                    assertThat(problem.message()).contains(message);
                }));
    }

    @Test
    void refusesATransactionThatEndsBeforeItsCheckpoint() throws IOException {
        List<String> overrides =
                List.of("sink.transaction-timeout=15 s", "checkpoint-interval=10 s", "sink.guarantee=exactly-once");

        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> read(SMALLEST, overrides.toArray(String[]::new)))
                .satisfies(e -> assertThat(e.problems()).extracting(Problem::key)
                        .containsExactly("sink.transaction-timeout"));
        assertThat(read(SMALLEST, overrides.get(0), overrides.get(1))).isNotNull();
    }

    @Test
    void namesLineKeyAndNearestKeyOfAMisspeltOne() {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> read(SMALLEST.replace("bundle: model", "bundel: model")))
                .withMessageContaining("job.yaml:2: model.bundel: is unknown; did you mean model.bundle?")
                .withMessageContaining("model.bundle: is missing");
    }

    private JobDefinition read(String yaml, String... overrides) throws IOException {
        Path file = folder.resolve("job.yaml");
        Files.writeString(file, yaml);
        return JobDefinition.read(file, Map.of(), List.of(overrides));
    }
}
