package io.flinkvision.job.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.configuration.ConfigurationException.Problem;
import io.flinkvision.core.configuration.ConfigurationException;
import io.flinkvision.core.image.DecodeLimits.Truncation;
import io.flinkvision.core.image.DecodeLimits;
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
import io.flinkvision.job.region.WholePicture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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
        assertThat(job.get(JobOptions.SOURCE_BOOTSTRAP_SERVERS)).containsExactly("localhost:9092");
        assertThat(job.localBundle().orElseThrow())
                .isEqualTo(Path.of("conf/models/triage").toAbsolutePath());
        assertThat(job.get(JobOptions.SINK_GUARANTEE)).isEqualTo(Guarantee.AT_LEAST_ONCE);
    }

    @Test
    void takesTheBrokersFromTheEnvironment() {
        JobDefinition job = JobDefinition.read(
                JobHarness.JOB_FILE, Map.of("KAFKA_BOOTSTRAP_SERVERS", "a:1,b:2"), List.of());

        assertThat(job.get(JobOptions.SOURCE_BOOTSTRAP_SERVERS)).containsExactly("a:1", "b:2");
        assertThat(job.get(JobOptions.SINK_BOOTSTRAP_SERVERS)).containsExactly("a:1", "b:2");
    }

    @Test
    void whatIsNotSetHasTheDocumentedDefaults() throws IOException {
        JobDefinition job = read(SMALLEST);

        assertThat(job.name()).isEqualTo("flink-vision");
        assertThat(job.find(JobOptions.PARALLELISM)).isEmpty();
        assertThat(job.get(JobOptions.CHECKPOINT_INTERVAL)).isEqualTo(Duration.ofSeconds(10));
        assertThat(job.ageLimit()).isEqualTo(AgeLimit.NONE);
        assertThat(job.skipUnchanged()).isEmpty();
        assertThat(job.get(JobOptions.SOURCE_GROUP)).isEqualTo("flink-vision");
        assertThat(job.get(JobOptions.SOURCE_STARTING_OFFSETS)).isEqualTo(StartingOffsets.COMMITTED);
        assertThat(job.decodeLimits()).isEqualTo(DecodeLimits.DEFAULTS.withMaxBytes(4 << 20));
        assertThat(job.get(JobOptions.SOURCE_VALUE)).isEqualTo(new ValueEncoding.Bytes());
        assertThat(job.get(JobOptions.DECODE_REFERENCE_PREFIXES)).isEmpty();
        assertThat(job.guard()).isEqualTo(new GuardSettings(true, new NotesPlace.TemporaryFiles(),
                GuardSettings.jobOf(List.of("localhost:9092"), "flink-vision"), Duration.ofMinutes(1)));
        assertThat(job.get(JobOptions.MODEL_TOP_K)).isEqualTo(5);
        assertThat(job.find(JobOptions.MODEL_CONTROL_TOPIC)).isEmpty();
        assertThat(job.hasRegions()).isFalse();
        assertThat(job.get(JobOptions.MODEL_WHOLE_PICTURE)).isEqualTo(WholePicture.ALWAYS);
        assertThat(job.get(JobOptions.SINK_TRANSACTION_TIMEOUT)).isEqualTo(Duration.ofMinutes(15));
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
        assertThat(job.find(JobOptions.PARALLELISM)).contains(3);
        assertThat(job.get(JobOptions.CHECKPOINT_INTERVAL)).isEqualTo(Duration.ofMinutes(1));
        assertThat(job.get(JobOptions.MAX_IMAGE_BYTES)).isEqualTo(1 << 20);
        assertThat(job.ageLimit()).isEqualTo(new AgeLimit(Duration.ofSeconds(30)));
        assertThat(job.skipUnchanged()).contains(new ReuseRule(4, Duration.ofSeconds(5)));
        assertThat(job.get(JobOptions.SOURCE_TOPICS)).isEmpty();
        assertThat(job.find(JobOptions.SOURCE_TOPIC_PATTERN).orElseThrow().pattern()).isEqualTo("camera-.*");
        assertThat(job.get(JobOptions.SOURCE_GROUP)).isEqualTo("readers");
        assertThat(job.get(JobOptions.SOURCE_STARTING_OFFSETS)).isEqualTo(StartingOffsets.LATEST);
        assertThat(job.find(JobOptions.SOURCE_PARALLELISM)).contains(2);
        assertThat(job.sourceProperties()).containsExactly(Map.entry("client.rack", "a"));
        assertThat(job.get(JobOptions.SOURCE_VALUE)).isEqualTo(new ValueEncoding.Json("/image/data"));
        assertThat(new KafkaClients(job).maxValueBytes()).as("a picture in base64 takes a third more")
                .isGreaterThan((4 << 20) / 3);
        assertThat(job.decodeLimits())
                .isEqualTo(new DecodeLimits(1 << 20, 1000, 100, Set.of(ImageFormat.JPEG), Truncation.ACCEPT));
        assertThat(job.get(JobOptions.DECODE_REDUCED)).isEqualTo(Reduction.FASTER);
        assertThat(job.get(JobOptions.DECODE_REFERENCE_PREFIXES)).containsExactly("s3://bucket/");
        assertThat(job.find(JobOptions.DECODE_PARALLELISM)).contains(4);
        assertThat(job.guard()).isEqualTo(new GuardSettings(false, new NotesPlace.Chosen("/var/notes"),
                GuardSettings.jobOf(List.of("in:1"), "readers"), Duration.ofSeconds(10)));
        assertThat(job.bundle()).isEqualTo("s3://models/triage");
        assertThat(job.get(JobOptions.MODEL_TOP_K)).isEqualTo(1);
        assertThat(job.get(JobOptions.MODEL_DEVICE)).isEqualTo(DeviceKind.CPU);
        assertThat(job.find(JobOptions.MODEL_CONTROL_TOPIC)).contains("models");
        assertThat(job.find(JobOptions.MODEL_PARALLELISM)).contains(5);
        assertThat(job.localBundle()).isEmpty();
        assertThat(job.get(JobOptions.SINK_BOOTSTRAP_SERVERS)).containsExactly("out:1");
        assertThat(job.get(JobOptions.SINK_GUARANTEE)).isEqualTo(Guarantee.EXACTLY_ONCE);
        assertThat(job.get(JobOptions.SINK_TRANSACTION_TIMEOUT)).isEqualTo(Duration.ofMinutes(5));
        assertThat(job.sinkProperties()).containsExactly(Map.entry("linger.ms", "5"));
    }

    @Test
    void picturesAreDecodedInAllTheirPixelsUnlessTheJobSaysOtherwise() throws IOException {
        assertThat(read(SMALLEST).get(JobOptions.DECODE_REDUCED)).isEqualTo(Reduction.NONE);
        assertThat(read(SMALLEST, "decode.reduced=auto").get(JobOptions.DECODE_REDUCED)).isEqualTo(Reduction.AUTO);
        assertThat(read(SMALLEST, "decode.reduced=true").get(JobOptions.DECODE_REDUCED)).isEqualTo(Reduction.FASTER);
        assertThat(read(SMALLEST, "decode.reduced=false").get(JobOptions.DECODE_REDUCED)).isEqualTo(Reduction.NONE);
    }

    @Test
    void labelsThatAreTakenOverAreTenSecondsOldAtTheMostUnlessTheJobSaysOtherwise() throws IOException {
        assertThat(read(SMALLEST, "skip-unchanged.threshold=8").skipUnchanged())
                .contains(new ReuseRule(8, Duration.ofSeconds(10)));
    }

    @Test
    void aRelativeBundleIsTakenFromTheJobFilesFolder() throws IOException {
        assertThat(read(SMALLEST).localBundle()).contains(folder.resolve("model"));
    }

    @Test
    void givesThePropertiesOfKafkaToBothEndsBeforeTheirOwn() {
        JobDefinition job = JobDefinition.read(JobHarness.JOB_FILE, Map.of(), List.of(
                "kafka.properties.security.protocol=SSL", "kafka.properties.client.rack=a",
                "source.properties.client.rack=b", "sink.properties.linger.ms=5"));

        assertThat(job.sourceProperties())
                .containsOnly(Map.entry("security.protocol", "SSL"), Map.entry("client.rack", "b"));
        assertThat(job.sinkProperties()).containsOnly(
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
        "model.comparisons-topic=images   | model.comparisons-topic | input topic too",
        "model.comparisons-topic=labels   | model.comparisons-topic | is the sink.topic too",
        "model.heads-topic=images         | model.heads-topic  | input topic too",
        "model.heads-topic=dead           | model.heads-topic  | is the dead-letters.topic too",
        "model.whole-picture=never        | model.whole-picture | nothing would be classified",
        "model.whole-picture=sometimes    | model.whole-picture | must be one of always, without-regions, never",
        "sink.topic=a topic               | sink.topic         | name of a Kafka topic",
        "source.topics=[]                 | source.topics      | is missing",
        "source.topic-pattern=camera.*    | source.topics      | both set",
        "pictures.topic=pictures          | pictures.topic     | is set, but the job reads no cameras",
        "source.cameras=cameras.yaml      | source.topics      | and source.cameras are both set",
        "source.cameras-topic=cameras     | source.topics      | and source.cameras-topic are both set",
        "source.cameras-topic=labels      | sink.topic         | is the source.cameras-topic too",
        "source.topic-pattern=(           | source.topic-pattern | not a regular expression",
        "decode.formats=[]                | decode.formats     | at least one",
        "decode.formats=heic              | decode.formats     | must be one of jpeg",
        "decode.reduced=never            | decode.reduced     | must be one of auto, true, false, not 'never'",
        "decode.reference-prefixes=images | decode.reference-prefixes | absolute URIs",
        "crash-guard.folder=notes         | crash-guard.folder | absolute path",
        "crash-guard.deadline=500 ms      | crash-guard.deadline | at least 1 s",
        "checkpoint-interval=1 ms         | checkpoint-interval | at least 10 ms",
        "max-image-bytes=2 GiB            | max-image-bytes    | at most 1 GiB",
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

    @Test
    void theSummaryHasEveryOptionTheModelAndThePlaceOfSubmission() {
        assertThat(summary(
                "parallelism=4", "sink.guarantee=exactly-once", "model.parallelism=2", "decode.reduced=true"))
                .startsWith("Job classify: name=classify, parallelism=4, checkpoint-interval=10 s,"
                        + " max-image-bytes=4 MiB, skip-unchanged.at-least-every=10 s,"
                        + " source.bootstrap-servers=[localhost:9092],"
                        + " source.topics=[images], source.group=classify, source.starting-offsets=committed, ")
                .contains("decode.formats=[jpeg, png, webp, bmp], ", "decode.reduced=true, ", "model.parallelism=2, ",
                        "sink.bootstrap-servers=[localhost:9092], sink.guarantee=exactly-once, ",
                        "; model triage (SHA-256 ", "; crash notes in flink-vision-notes-USER of java.io.tmpdir/",
                        "; submitted on ", "Flink 2.2.1", "Java " + Runtime.version())
                .doesNotContain("\n");
    }

    @Test
    void theSummaryHasNoPassword() {
        assertThat(summary("source.properties.ssl.key.password=password1", "sink.properties.ssl.key.password=password2",
                "model.bundle=https://user:password3@models/triage"))
                .doesNotContain("password1", "password2", "password3")
                .contains("source.properties={ssl.key.password}", "https://***@models/triage");
    }

    private static String summary(String... overrides) {
        return JobDefinition.read(JobHarness.JOB_FILE, Map.of(), List.of(overrides))
                .summary(ModelBundle.read(Path.of("conf/models/triage")));
    }
}
