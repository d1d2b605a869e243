package io.flinkvision.tools.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flinkvision.cluster.TestBroker;
import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.job.pipeline.JobHarness;
import io.flinkvision.tools.wall.Wall;
import io.flinkvision.tools.wall.WallSettings;
import io.flinkvision.tools.wall.WatchedJob;
import io.flinkvision.tools.watch.MutatedRecords;
import io.flinkvision.tools.watch.SampleEvents;
import io.flinkvision.tools.watch.SampleOutput;
import io.flinkvision.tools.watch.SampleStates;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Ten thousand records that somebody else wrote, before a good one of each kind: wall and watch show the good ones. */
@Timeout(300)
class HostileRecordsITCase {

    private static final int LABELS = 4_000;
    private static final int DEAD_LETTERS = 3_000;
    private static final int EVENTS = 3_000;
    private static final int STATES = 1_000;
    private static final long SEED = 17;
    private static final ObjectMapper JSON = new ObjectMapper();

    @RegisterExtension
    static final TestBroker KAFKA = TestBroker.shared();

    private static Wall wall;
    private static final HttpClient BROWSER = HttpClient.newHttpClient();

    @BeforeAll
    static void sendRecords() throws IOException {
        for (String topic : List.of("images", "labels", "dead-letters", "events", "states")) {
            KAFKA.broker().createTopic(
                    topic, 1, Map.of("message.timestamp.after.max.ms", Long.toString(Long.MAX_VALUE)));
        }
        wall = Wall.start(WallSettings.local(job(), 0));
        Map<String, Object> properties = Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, KAFKA.bootstrapServers());
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            // The good label's picture lies at the offset that its id names, behind records without pictures.
            for (int number = 0; number < LABELS; number++) {
                producer.send(new ProducerRecord<>("images", new byte[1]));
            }
            producer.send(new ProducerRecord<>("images", Files.readAllBytes(JobHarness.pictures().get(0))));
            MutatedRecords mutated = new MutatedRecords(SEED);
            send(producer, mutated, LABELS, number -> MutatedRecords.label("labels", number));
            send(producer, mutated, DEAD_LETTERS, number -> MutatedRecords.deadLetter("dead-letters", number));
            send(producer, mutated, EVENTS, number -> MutatedRecords.event("events", number));
            send(producer, mutated, STATES, number -> MutatedRecords.state("states", number));
            producer.send(SampleStates.record("states", "the-good-state", SampleStates.shown("food", Instant.now())));
            // Records with the same id are shown once, so it has one of its own.
            String good = SampleOutput.json(LABELS, "the-good-camera", "food", 0.75)
                    .replaceFirst("(classifiedAt\":\")[^\"]*", "$1" + Instant.now());
            producer.send(new ProducerRecord<>("labels", bytes("the-good-camera"), bytes(good)));
            ProducerRecord<byte[], byte[]> letter =
                    new ProducerRecord<>("dead-letters", bytes("the-good-letter"), new byte[1]);
            letter.headers().add("error-code", bytes("EMPTY"));
            producer.send(letter);
            producer.send(SampleEvents.record("events", "the-good-event", SampleEvents.offline(Instant.now())));
        }
    }

    private static void send(KafkaProducer<byte[], byte[]> producer, MutatedRecords mutated, int count,
            IntFunction<ProducerRecord<byte[], byte[]>> valid) {
        for (int number = 0; number < count; number++) {
            producer.send(mutated.mutated(valid.apply(number)), (metadata, failure) -> {
                if (failure != null) {
                    throw new AssertionError("Kafka refused a record", failure);
                }
            });
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    @AfterAll
    static void stop() {
        if (wall != null) {
            wall.close();
        }
    }

    private static WatchedJob job() {
        Properties properties = new Properties();
        properties.setProperty("bootstrap.servers", KAFKA.bootstrapServers());
        return new WatchedJob("images"::equals, "labels", "dead-letters", Optional.of("events"),
                Optional.of("states"), Optional.empty(), Optional.empty(), DecodeLimits.DEFAULTS, Duration.ofSeconds(1),
                properties, properties);
    }

    @Test
    void theWallShowsWhatComesAfterThemAndIsLive() throws Exception {
        JsonNode camera;
        try (BufferedReader events = events()) {
            JsonNode message = await(events, "cameras", named("the-good-camera"));
            camera = first(message, "cameras", named("the-good-camera"));
            assertThat(camera.path("labels").path(0).path(0).asText()).isEqualTo("food");
            assertThat(message.path("live").asBoolean()).isTrue();

            // Pictures are read while a page is open.
            HttpResponse<byte[]> picture = get("api/cameras/" + camera.path("id").asText() + "/picture");
            while (picture.statusCode() != 200) {
                assertThat(events.readLine()).isNotNull();
                picture = get("api/cameras/" + camera.path("id").asText() + "/picture");
            }
            assertThat(picture.headers().firstValue("Content-Type")).contains("image/jpeg");
        }
        try (BufferedReader events = events()) {
            assertThat(first(await(events, "events", named("the-good-event")), "events", named("the-good-event"))
                    .path("type").asText()).isEqualTo("offline");
        }
        try (BufferedReader events = events()) {
            JsonNode message = await(events, "deadLetters", count -> count.asInt() == DEAD_LETTERS + 1);
            assertThat(message.path("live").asBoolean()).isTrue();
            assertThat(message.path("malformed").asInt()).isPositive();
            assertThat(message.path("problems")).singleElement().asString()
                    .contains(" records could not be shown, most recently ");
        }
        try (BufferedReader events = events()) {
            assertThat(first(await(events, "cameras", named("the-good-state")), "cameras", named("the-good-state"))
                    .at("/state/label").asText()).isEqualTo("food");
        }
        JsonNode letters = JSON.readTree(get("api/dead-letters").body());
        assertThat(letters.path("deadLetters").path(0).path("key").asText()).isEqualTo("the-good-letter");
    }

    private static Predicate<JsonNode> named(String name) {
        return element -> element.path("name").asText().equals(name);
    }

    private static BufferedReader events() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(wall.address().resolve("api/events?cameras=all")).build();
        return new BufferedReader(new InputStreamReader(
                BROWSER.send(request, BodyHandlers.ofInputStream()).body(), UTF_8));
    }

    /** The first message with a field of which an element, or it itself where it has none, is what is meant. */
    private static JsonNode await(BufferedReader events, String field, Predicate<JsonNode> meant) throws IOException {
        while (true) {
            String line = events.readLine();
            assertThat(line).as("an event").isNotNull();
            if (line.startsWith("data:")) {
                JsonNode message = JSON.readTree(line.substring("data:".length()));
                if (message.path(field).isValueNode()
                        ? meant.test(message.path(field))
                        : elements(message, field).stream().anyMatch(meant)) {
                    return message;
                }
            }
        }
    }

    private static JsonNode first(JsonNode message, String field, Predicate<JsonNode> meant) {
        return elements(message, field).stream().filter(meant).findFirst().orElseThrow();
    }

    private static List<JsonNode> elements(JsonNode message, String field) {
        List<JsonNode> elements = new ArrayList<>();
        message.path(field).forEach(elements::add);
        return elements;
    }

    private static HttpResponse<byte[]> get(String path) throws IOException, InterruptedException {
        URI address = wall.address().resolve(path);
        return BROWSER.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofByteArray());
    }

    @Test
    void watchShowsEachOfThemAndTheGoodOnes() {
        assertThat(watch(LABELS + 1, "--all")).last().asString().startsWith("the-good-camera ").contains("food 75.0 %");
        assertThat(watch(LABELS + 1, "--all", "--json")).last().asString().contains("the-good-camera");
        assertThat(watch(DEAD_LETTERS + 1, "--dead-letters")).last().asString().contains("the-good-letter", "EMPTY");
        assertThat(watch(DEAD_LETTERS + 1, "--dead-letters", "--json")).last().asString().contains("the-good-letter");
        assertThat(watch(EVENTS + 1, "--events")).last().asString().startsWith("the-good-event ").contains("offline");
        assertThat(watch(EVENTS + 1, "--events", "--json")).last().asString().contains("the-good-event");
    }

    @Test
    void watchShowsThePresentAmongThem() {
        for (String options : List.of("--states --once", "--states --once --json")) {
            CommandRun run = CommandRun.of(("watch --job jobs/classify.yaml --bootstrap-servers "
                    + KAFKA.bootstrapServers() + " " + options).split(" "));
            assertThat(run.exitCode()).isZero();
            assertThat(run.err()).isEmpty();
            assertThat(run.lines()).anyMatch(line -> line.contains("the-good-state") && line.contains("food"));
        }
    }

    @Test
    void watchCountsThem() {
        assertThat(run(LABELS + 1, "--stats", "--all").lines()).anySatisfy(
                line -> assertThat(line).startsWith("the-good-camera ").contains("food 1"));
    }

    private static List<String> watch(int count, String... options) {
        CommandRun run = run(count, options);
        assertThat(run.lines()).hasSize(count);
        return run.lines();
    }

    private static CommandRun run(int count, String... options) {
        List<String> arguments = new ArrayList<>(List.of("watch", "--job", "jobs/classify.yaml",
                "--bootstrap-servers", KAFKA.bootstrapServers(), "--max", Integer.toString(count), "--timeout", "20"));
        arguments.addAll(List.of(options));
        CommandRun run = CommandRun.of(arguments.toArray(String[]::new));
        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        return run;
    }
}
