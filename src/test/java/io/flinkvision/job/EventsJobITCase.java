package io.flinkvision.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import io.flinkvision.cluster.TestBroker;
import io.flinkvision.cluster.TestCluster;
import io.flinkvision.cluster.Waiting;
import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.job.event.DrawnScene.Look;
import io.flinkvision.job.event.DrawnScene;
import io.flinkvision.job.operator.VisionMetrics;
import io.flinkvision.job.pipeline.BrokerCheck;
import io.flinkvision.job.pipeline.EventTopics;
import io.flinkvision.job.pipeline.EventsDefinition;
import io.flinkvision.job.pipeline.JobHarness;
import io.flinkvision.tools.local.KafkaBroker;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** From labels to events, between a real broker's topics, on a real Flink cluster. */
class EventsJobITCase {

    private static final Path JOB_FILE = Path.of("jobs/events.yaml");
    private static final Path SCHEMA = Path.of("conf/schemas/event.schema.json");

    /**
     * A savepoint that the first version of the job wrote in {@link #goesOnFromASavepointAsIfNothingHadBeen}. A new
     * version of the state gets one of its own beside it: {@code mvn verify -Dit.test=EventsJobITCase
     * -Dsavepoint.write=src/test/resources/savepoints/events-2} writes it.
     */
    private static final Path FIRST_SAVEPOINT = Path.of("src/test/resources/savepoints/events-1");

    private static final List<String> EVENTS_BEFORE = List.of("gate online 0", "gate started food 0",
            "hall online 0");
    private static final List<String> EVENTS_AFTER = List.of(
            "gate changed food 0-5000 for 5 frames, best images-0-20; other 5000",
            "gate counted 10 frames food=5 other=5 until 60000",
            "gate ended other 5000-9000",
            "gate offline 609000", "hall counted 1 frames report=1 until 60000", "hall offline 600000");

    @RegisterExtension
    static final TestBroker KAFKA = TestBroker.shared();

    @RegisterExtension
    static final TestCluster FLINK = new TestCluster();

    private final List<JobClient> jobs = new ArrayList<>();

    @TempDir
    Path folder;

    @AfterEach
    void cancelJobs() {
        jobs.forEach(JobHarness::cancel);
    }

    @Test
    void findsExactlyTheEventsThatTheScoresMakeThoughOnePartitionIsIdle() throws Exception {
        try (EventTopics topics = new EventTopics(KAFKA.broker(), "exact-", 2)) {
            JobClient job = submit(topics, Optional.empty(), "parallelism=2", "events.idle-after=200 ms");
            sendBefore(topics);
            sendAfter(topics);

            List<JsonNode> events = topics.events(EVENTS_BEFORE.size() + EVENTS_AFTER.size());

            List<String> expected = new ArrayList<>(EVENTS_BEFORE);
            expected.addAll(EVENTS_AFTER);
            assertThat(events.stream().map(EventsJobITCase::text).toList())
                    .containsExactlyInAnyOrderElementsOf(expected);
            assertThat(of("gate", events)).containsExactlyElementsOf(of("gate", expected));
            assertThatAllFollowTheSchema(events);
            assertThat(JobHarness.status(job)).isEqualTo(JobStatus.RUNNING);
        }
    }

    @Test
    void whatHoldsNoLabelsIsADeadLetterAndWhatIsTooLateIsCounted() throws Exception {
        try (EventTopics topics = new EventTopics(KAFKA.broker(), "bad-", 1)) {
            long lateBefore = FLINK.get().metrics().sum("detect-events", VisionMetrics.LATE_RECORDS);
            JobClient job = submit(topics, Optional.empty());
            topics.labels("gate", "{\"id\": 1}".getBytes(UTF_8));
            topics.labels("gate", new byte[] {(byte) 0xff});
            topics.labels("gate", null);
            topics.frame("gate", 0, "food", 0.9);
            topics.frame("gate", 10, "food", 0.9);
            topics.frame("hall", 20, "report", 0.9);
            topics.events(2);
            topics.frame("gate", 5, "other", 0.9);
            topics.frame("gate", 10, "food", 0.9);
            topics.frame("hall", 1_000_000_000.0, "report", 0.9);
            topics.frame("hall", 1000, "report", 0.9);

            assertThat(topics.deadLetters(4).stream().map(letter -> JobHarness.header(letter, "error-code")).distinct())
                    .containsExactly("MALFORMED_LABELS");
            assertThat(topics.deadLetters(4).stream().map(letter -> JobHarness.header(letter, "error-message")))
                    .containsExactly("the field id is no text", "the value is no UTF-8 text",
                            "the record has no value",
                            "the field classifiedAt, 2057-09-09T01:46:40.050Z, lies in the future");
            assertThat(topics.events(8).stream().map(EventsJobITCase::text).toList()).contains(
                    "gate online 0", "gate started food 0", "gate ended food 0-10000", "gate offline 610000");
            assertThat(FLINK.get().metrics().sum("detect-events", VisionMetrics.LATE_RECORDS) - lateBefore).isEqualTo(2);
            assertThat(JobHarness.status(job)).isEqualTo(JobStatus.RUNNING);
        }
    }

    @Test
    void aRegionHasEventsOfItsOwnUnderTheKeyOfItsCameraAndItself() throws Exception {
        try (EventTopics topics = new EventTopics(KAFKA.broker(), "regions-", 1)) {
            submit(topics, Optional.empty());
            for (int second = 0; second < 10; second++) {
                topics.region("gate", second, "bay", second >= 5, "free");
            }
            topics.region("hall", 1000, "door", true, "shut");

            List<JsonNode> events = topics.events(5);

            assertThat(events.stream().map(EventsJobITCase::text)).containsExactly("gate/bay online 0", "gate/bay started free 0",
                    "gate/bay ended free 0-5000", "gate/bay counted 5 frames free=5 until 60000",
                    "gate/bay offline 609000");
            assertThat(events.get(1).at("/best/frame").textValue()).isEqualTo("images-0-0");
            assertThatAllFollowTheSchema(events);
        }
    }

    @Test
    void goesOnFromASavepointAsIfNothingHadBeen() throws Exception {
        try (EventTopics topics = new EventTopics(KAFKA.broker(), "stopped-", 1)) {
            JobClient job = submit(topics, Optional.empty());
            sendBefore(topics);
            topics.events(EVENTS_BEFORE.size());
            String savepoint = JobHarness.stopWithSavepoint(job, folder);
            submit(topics, Optional.of(savepoint));
            sendAfter(topics);

            assertThat(topics.events(EVENTS_BEFORE.size() + EVENTS_AFTER.size()).stream()
                    .map(EventsJobITCase::text).skip(EVENTS_BEFORE.size()).toList())
                    .containsExactlyInAnyOrderElementsOf(EVENTS_AFTER);
            Optional.ofNullable(System.getProperty("savepoint.write")).map(Path::of)
                    .ifPresent(target -> keep(savepoint, target));
        }
    }

    @Test
    void whoeverStartsToReadTheStatesKnowsThePresentAlsoAfterTheJobWasKilled() throws Exception {
        try (EventTopics topics = new EventTopics(KAFKA.broker(), "present-", 2)) {
            JobClient job = submit(topics, Optional.empty(), topics.statesTopic(), "events.idle-after=200 ms");
            sendBefore(topics);
            assertThat(topics.states(3).stream().map(EventsJobITCase::state)).containsExactlyInAnyOrder(
                    "gate online since 0", "gate food since 0", "hall online since 0");
            // Whatever has come since the last checkpoint comes again.
            submit(topics, Optional.of(killed(job)), topics.statesTopic(), "events.idle-after=200 ms");
            for (int second = 6; second < 10; second++) {
                topics.region("gate", second, "bay", second >= 7, "free");
            }
            topics.frame("", 9, "report", 0.5);
            sendAfter(topics);

            Map<String, String> present = Map.of("gate", "gate offline since 609000", "hall", "hall offline since 600000",
                    "gate/bay", "gate/bay offline since 609000 by bays", "", " offline since 609000");
            Waiting.until("the present", () -> present(topics).equals(present), () -> present(topics).toString());
            List<String> all = topics.states(1).stream().map(EventsJobITCase::state).distinct().toList();
            // What is repeated is what was told before.
            assertThat(of("gate", all)).containsExactly("gate online since 0", "gate food since 0",
                    "gate other since 5000", "gate offline since 609000");
            assertThat(of("gate/bay", all)).containsExactly("gate/bay online since 6000 by bays",
                    "gate/bay online since 6000 by bays, unknown", "gate/bay offline since 609000 by bays");
        }
    }

    @Test
    void aForgottenCameraIsDeletedFromTheStates() throws Exception {
        try (EventTopics topics = new EventTopics(KAFKA.broker(), "forgotten-", 1)) {
            submit(topics, Optional.empty(), topics.statesTopic(), "events.offline-after=200 ms",
                    "events.forget-after=500 ms");
            topics.frame("gate", 0, "food", 0.9);

            assertThat(topics.states(3).stream().map(EventsJobITCase::state)).containsExactly(
                    "gate online since 0", "gate offline since 200", "gate forgotten");
        }
    }

    /** Ends a job as a crash does, and returns its last checkpoint. */
    private String killed(JobClient job) {
        Path checkpoints = folder.resolve("checkpoints").resolve(job.getJobID().toHexString());
        Waiting.until("a checkpoint", () -> !checkpoints(checkpoints).isEmpty());
        JobHarness.cancel(job);
        return checkpoints(checkpoints).get(0).toUri().toString();
    }

    private static List<Path> checkpoints(Path ofJob) {
        File[] folders = ofJob.toFile().listFiles(folder -> new File(folder, "_metadata").exists());
        return Stream.ofNullable(folders).flatMap(Stream::of).map(File::toPath).toList();
    }

    private static Map<String, String> present(EventTopics topics) {
        Map<String, String> present = new TreeMap<>();
        topics.states(1).forEach(record -> present.put(new String(record.key(), UTF_8), state(record)));
        return present;
    }

    /** A state in short; times in milliseconds from the start. */
    private static String state(ConsumerRecord<byte[], byte[]> record) {
        String key = new String(record.key(), UTF_8);
        if (record.value() == null) {
            return key + " forgotten";
        }
        JsonNode state = JobHarness.json(record);
        assertThat(state.path("key").asText()).isEqualTo(key);
        return key + " " + (state.has("label") ? state.get("label").textValue()
                        : state.get("online").booleanValue() ? "online" : "offline")
                + " since " + millis(state, "since")
                + (state.has("head") ? " by " + state.at("/head/name").textValue() : "")
                + (state.get("unknown").booleanValue() ? ", unknown" : "");
    }

    private static void keep(String savepoint, Path target) {
        try {
            Files.createDirectories(target);
            Files.copy(Path.of(URI.create(savepoint)).resolve("_metadata"), target.resolve("_metadata"));
        } catch (IOException e) {
            throw new AssertionError("The savepoint was not kept", e);
        }
    }

    @Test
    void goesOnFromASavepointOfTheFirstVersion() throws Exception {
        // The savepoint knows the topic by its name, so that needs a broker of its own.
        try (KafkaBroker other = KafkaBroker.start(); EventTopics topics = new EventTopics(other, "stopped-", 1)) {
            sendBefore(topics);
            submit(topics, Optional.of(FIRST_SAVEPOINT.toAbsolutePath().toUri().toString()));
            sendAfter(topics);

            assertThat(topics.events(EVENTS_AFTER.size()).stream().map(EventsJobITCase::text).toList())
                    .containsExactlyInAnyOrderElementsOf(EVENTS_AFTER);
        }
    }

    @Test
    void findsEventsBehindTheClassifierInOneJob() throws Exception {
        try (JobHarness job = new JobHarness(KAFKA.broker(), FLINK, 1);
                EventTopics topics = new EventTopics(KAFKA.broker(), "chained-", 1)) {
            job.submit("events.topic=chained-events", "events.minimum-duration=1 s", "events.offline-after=10 min",
                    "decode.view-statistics=true", "events.trouble-after=2 s", "events.frozen-after=4 s");
            byte[] meal = JobHarness.bytes(JobHarness.PICTURES.resolve("meal_1.jpg"));
            for (int second = 0; second < 5; second++) {
                send(job, "gate", second, meal);
            }

            List<JsonNode> events = topics.events(2);
            assertThat(events.stream().map(EventsJobITCase::text).toList())
                    .startsWith("gate online 0", "gate started food 0");
            assertThat(events.get(1).at("/best/frame").textValue()).isEqualTo(job.images() + "-0-0");
            assertThat(job.labels(5)).hasSize(5);
            assertThatAllFollowTheSchema(events);

            sendTroubles(job);
            // The five pictures of the gate were the same.
            List<String> troubles = List.of("gate frozen 0",
                    "yard covered 100000", "yard covered 100000-105000", "yard dark 110000", "yard dark 110000-115000",
                    "yard frozen 120000", "yard frozen 120000-127000", "yard moved 132000", "yard moved 132000-137000");
            Waiting.until("the troubles", () -> troubles(topics).equals(troubles), () -> troubles(topics).toString());
            assertThatAllFollowTheSchema(topics.events(9));
        }
    }

    private static void send(JobHarness job, String camera, int second, byte[] picture) {
        job.send(camera, picture, new RecordHeader("capture-time",
                Long.toString(EventTopics.START.plusSeconds(second).toEpochMilli()).getBytes(UTF_8)));
    }

    /** A frame per second: covered, dark, frozen and turned, each for some seconds. */
    private static void sendTroubles(JobHarness job) {
        try (DrawnScene yard = new DrawnScene(1, ModelBundle.read(Path.of("conf/models/triage")).preprocessing())) {
            byte[] kept = yard.jpeg(new Look());
            for (int second = 75; second < 145; second++) {
                boolean covered = second >= 100 && second < 105;
                boolean frozen = second >= 120 && second < 127;
                Look look = new Look().light(second >= 110 && second < 115 ? 0.01 : 1);
                if (second >= 132 && second < 137) {
                    look.turned(60, 20);
                }
                send(job, "yard", second, frozen ? kept : yard.jpeg(covered ? look.covered() : look));
            }
            send(job, "gate", 150, kept);
        }
    }

    private static List<String> troubles(EventTopics topics) {
        return topics.events(1).stream().filter(event -> event.has("trouble"))
                .map(event -> event.get("key").textValue() + " " + event.get("trouble").textValue() + " "
                        + (event.has("from") ? millis(event, "from") + "-" : "") + millis(event, "at"))
                .toList();
    }

    /** The last two frames are not looked at before the others come. */
    private static void sendBefore(EventTopics topics) {
        for (int second = 0; second < 5; second++) {
            topics.frame("gate", second, "food", second == 2 ? 0.95 : 0.9);
        }
        topics.frame("hall", 0, "report", 0.5);
        topics.frame("gate", 5, "other", 0.9);
        topics.frame("gate", 6, "other", 0.9);
    }

    private static void sendAfter(EventTopics topics) {
        topics.frame("gate", 8, "other", 0.9);
        topics.frame("gate", 7, "other", 0.9);
        topics.frame("gate", 9, "other", 0.9);
        topics.frame("hall", 1000, "report", 0.5);
    }

    private JobClient submit(EventTopics topics, Optional<String> savepoint, String... overrides) throws Exception {
        List<String> all = new ArrayList<>(topics.overrides());
        // Long, so that the clock of a slow machine never decides.
        all.addAll(List.of("parallelism=1", "events.half-life=100 ms", "events.minimum-duration=2 s",
                "events.offline-after=10 min"));
        all.addAll(List.of(overrides));
        EventsDefinition job = EventsDefinition.read(JOB_FILE, Map.of(), all);
        BrokerCheck.Answer answer = BrokerCheck.ask(job);
        assertThat(answer.problems()).isEmpty();
        Configuration settings = new Configuration();
        settings.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, folder.resolve("checkpoints").toUri().toString());
        settings.set(CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
                ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
        savepoint.ifPresent(path -> settings.set(StateRecoveryOptions.SAVEPOINT_PATH, path));
        StreamExecutionEnvironment environment = FLINK.get().environment(settings);
        EventsJob.addTo(environment, job, answer);
        JobClient client = environment.executeAsync(job.name());
        jobs.add(client);
        return client;
    }

    private static void assertThatAllFollowTheSchema(List<JsonNode> events) throws IOException {
        JsonSchema schema =
                JsonSchemaFactory.getInstance(VersionFlag.V202012).getSchema(Files.readString(SCHEMA));
        for (JsonNode event : events) {
            assertThat(schema.validate(event.toString(), InputFormat.JSON)).as(event.toString()).isEmpty();
        }
        String strange = events.get(0).toString().replace("\"at\"", "\"strange\":1,\"at\"");
        assertThat(schema.validate(strange, InputFormat.JSON)).isNotEmpty();
    }

    private static List<String> of(String camera, List<?> events) {
        return events.stream().map(event -> event instanceof JsonNode json ? text(json) : event.toString())
                .filter(text -> text.startsWith(camera + " ")).toList();
    }

    /** An event in short; times in milliseconds from the start. */
    private static String text(JsonNode event) {
        String start = event.get("key").textValue() + " " + event.get("type").textValue() + " ";
        return start + switch (event.get("type").textValue()) {
            case "started" -> event.get("label").textValue() + " " + millis(event, "at");
            case "ended" -> episode(event);
            case "changed" -> episode(event.get("previous")) + " for " + event.at("/previous/frames") + " frames, best "
                    + event.at("/previous/best/frame").textValue() + "; " + event.get("label").textValue() + " "
                    + millis(event, "at");
            case "counted" -> event.get("frames") + " frames" + counts(event) + " until " + millis(event, "at");
            default -> Long.toString(millis(event, "at"));
        };
    }

    private static String episode(JsonNode episode) {
        return episode.get("label").textValue() + " " + millis(episode, "from") + "-" + millis(episode, "until");
    }

    private static String counts(JsonNode event) {
        StringBuilder text = new StringBuilder();
        event.get("counts").forEach(count -> text.append(' ').append(count.get("label").textValue()).append('=')
                .append(count.get("count")));
        return text.toString();
    }

    private static long millis(JsonNode event, String field) {
        return Duration.between(
                EventTopics.START, Instant.parse(event.get(field).textValue())).toMillis();
    }
}
