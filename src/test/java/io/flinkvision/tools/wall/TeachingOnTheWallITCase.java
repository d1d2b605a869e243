package io.flinkvision.tools.wall;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.flinkvision.cluster.TestBroker;
import io.flinkvision.cluster.Waiting;
import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.head.Backbone;
import io.flinkvision.core.head.Head;
import io.flinkvision.core.inference.Label;
import io.flinkvision.job.record.RecordCoordinates;
import io.flinkvision.tools.teach.GatePictures;
import io.flinkvision.tools.wall.TeachingWall.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The way from a picture of a camera to a head in the topic, and back, as the pages go it. */
class TeachingOnTheWallITCase {

    @RegisterExtension
    static final TestBroker KAFKA = TestBroker.shared();

    private static final String YARD = Camera.id(Optional.of("yard"));
    private static final Map<String, String> GATE = Map.of("camera", YARD, "region", "gate");
    private static final List<Double> BOX = List.of(0.25, 0.25, 0.5, 0.5);
    private static final int OF_EACH = 12;

    @TempDir
    private Path folder;

    private final Map<String, byte[]> open = new HashMap<>();
    private final Map<String, byte[]> shut = new HashMap<>();
    private WallTopics topics;
    private TeachingWall wall;

    @BeforeEach
    void start(TestInfo test) {
        topics = new WallTopics(KAFKA.broker(), "taught-" + Math.abs(test.getDisplayName().hashCode()));
        wall = new TeachingWall(KAFKA.broker(), topics, folder);
        topics.classified("yard", GatePictures.open(OF_EACH), new Label("other", 0, 0.5f));
        Waiting.until("the camera is known", () -> wall.ask("/regions", Map.of("camera", YARD)).status() == 200);
        wall.change("/regions", Map.of("camera", YARD, "name", "gate", "box", BOX));
        // From now on each frame is looked at; of the past some are left out.
        proposed();
        // Not the time at which the pictures are written, which is that of their files, as they have no capture time.
        Instant now = Instant.now().minusSeconds(10);
        for (int i = 0; i < OF_EACH; i++) {
            send(now.plusMillis(20 * i), GatePictures.open(i), open);
            send(now.plusMillis(20 * i + 10), GatePictures.shut(i), shut);
        }
        Waiting.until("all are proposed",
                () -> proposed().containsAll(open.keySet()) && proposed().containsAll(shut.keySet()));
    }

    private void send(Instant time, byte[] picture, Map<String, byte[]> kind) {
        RecordMetadata sent = topics.picture("yard", picture);
        topics.labelsOf(time, "yard", sent.topic(), sent.partition(), sent.offset(), new Label("other", 0, 0.5f));
        kind.put(new RecordCoordinates(sent.topic(), sent.partition(), sent.offset()).toString(), picture);
    }

    @AfterEach
    void stop() {
        wall.close();
        topics.close();
    }

    private Answer label(Iterable<String> ids, String label) {
        return wall.change("/label", Map.of("camera", YARD, "region", "gate", "ids", ids, "label", label));
    }

    private void labelAll() {
        assertThat(label(open.keySet(), "open").status()).isEqualTo(200);
        assertThat(label(shut.keySet(), "shut").status()).isEqualTo(200);
    }

    private Set<String> proposed() {
        Set<String> ids = new HashSet<>();
        wall.ask("/proposals", GATE).json().path("pictures").forEach(picture -> ids.add(picture.path("id").asText()));
        return ids;
    }

    private List<JsonNode> taught() {
        List<JsonNode> pictures = new ArrayList<>();
        wall.ask("/taught", GATE).json().path("pictures").forEach(pictures::add);
        return pictures;
    }

    private List<Path> files(String label) throws IOException {
        Path ofLabel = folder.resolve("yard/gate").resolve(label);
        if (!Files.exists(ofLabel)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(ofLabel)) {
            return files.toList();
        }
    }

    private JsonNode teach() {
        assertThat(wall.change("/teach", GATE).status()).isEqualTo(200);
        Waiting.until("something was taught", () -> state().path("state").asText().matches("done|failed"));
        return state();
    }

    private JsonNode state() {
        return wall.ask("/state", GATE).json();
    }

    private Answer publish(String digest) {
        return wall.change("/publish", Map.of("camera", YARD, "region", "gate", "digest", digest));
    }

    private Optional<String> declaredHead() {
        return wall.heads().declared(Backbone.of(ModelBundle.read(Path.of("conf/models/triage")))).ofTheTopic().stream()
                .flatMap(it -> it.region().head().stream()).map(Head::digest).findFirst();
    }

    @Test
    void teachesWithThePicturesOfCamerasThatTheJobReadsItself() {
        wall.close();
        topics.withPictures();
        wall = new TeachingWall(KAFKA.broker(), topics, folder);
        Instant now = Instant.now();
        String known = pictured(now.minusSeconds(20), GatePictures.open(0));
        Waiting.until("the camera is known", () -> wall.ask("/regions", Map.of("camera", YARD)).status() == 200);
        String later = pictured(now.minusSeconds(10), GatePictures.shut(0));
        Waiting.until("both are proposed", () -> proposed().containsAll(Set.of(known, later)));

        assertThat(label(List.of(later), "shut").status()).isEqualTo(200);
        assertThat(taught()).hasSize(1);
        assertThat(proposed()).contains(known).doesNotContain(later);
    }

    private String pictured(Instant time, byte[] picture) {
        RecordMetadata sent = topics.pictured(
                topics.frame(time, "yard", 7, List.of(new Label("other", 0, 0.5f))), picture);
        return new RecordCoordinates(sent.topic(), sent.partition(), sent.offset()).toString();
    }

    @Test
    void proposesFramesUntilTheyHaveALabelAndKeepsTheirBytes() throws IOException {
        JsonNode answer = label(open.keySet(), "open").json();

        assertThat(answer.path("labels").path(0).path("label").asText()).isEqualTo("open");
        assertThat(answer.path("labels").path(0).path("pictures").asInt()).isEqualTo(OF_EACH);
        assertThat(answer.path("labels").path(0).path("different").asInt()).isPositive();
        assertThat(proposed()).doesNotContainAnyElementsOf(open.keySet()).containsAll(shut.keySet());
        List<byte[]> kept = new ArrayList<>();
        for (Path file : files("open")) {
            kept.add(Files.readAllBytes(file));
        }
        assertThat(kept).containsExactlyInAnyOrderElementsOf(open.values());
        assertThat(taught()).hasSize(OF_EACH).allMatch(picture -> picture.path("label").asText().equals("open"));
    }

    @Test
    void showsTheRegionOfAPictureOrTheWholeFrameWhetherItHasALabelOrNot() {
        String id = open.keySet().iterator().next();
        assertThat(pictureWidth(id, Map.of())).isEqualTo(160);
        assertThat(pictureWidth(id, Map.of("frame", "1"))).isEqualTo(320);

        label(List.of(id), "open");

        assertThat(pictureWidth(id, Map.of())).isEqualTo(160);
        assertThat(pictureWidth(taught().get(0).path("id").asText(), Map.of("frame", "1"))).isEqualTo(320);
    }

    private int pictureWidth(String id, Map<String, String> more) {
        Map<String, String> parameters = new HashMap<>(GATE);
        parameters.put("id", id);
        parameters.putAll(more);
        Answer answer = wall.ask("/picture", parameters);
        assertThat(answer.status()).isEqualTo(200);
        return SamplePictures.width(answer.bytes());
    }

    @Test
    void takesBackALabelAndDeletesTheFileWithIt() throws IOException {
        String id = open.keySet().iterator().next();
        JsonNode undo = label(List.of(id), "open").json().path("undo");
        assertThat(undo.toString()).isEqualTo("[{\"label\":\"\",\"ids\":[\"" + id + "\"]}]");

        label(List.of(id), "");

        assertThat(files("open")).isEmpty();
        assertThat(taught()).isEmpty();
        assertThat(proposed()).contains(id);
    }

    @Test
    void bringsBackWhatWasDeleted() throws IOException {
        label(List.of(open.keySet().iterator().next()), "open");
        String stored = taught().get(0).path("id").asText();

        JsonNode undo = label(List.of(stored), "").json().path("undo");
        assertThat(files("open")).isEmpty();
        assertThat(undo.path(0).path("label").asText()).isEqualTo("open");
        assertThat(label(List.of(undo.path(0).path("ids").path(0).asText()), "open").status()).isEqualTo(200);

        assertThat(files("open")).hasSize(1);
    }

    @Test
    void movesAPictureWhereTwoBrowsersLabelItAndTheLastOneCounts() throws IOException {
        String id = open.keySet().iterator().next();
        label(List.of(id), "open");

        wall.change(TeachingWall.BOB, "/label", Map.of("camera", YARD, "region", "gate", "ids", List.of(id), "label", "shut"));

        assertThat(files("open")).isEmpty();
        assertThat(files("shut")).hasSize(1);
        assertThat(folder.resolve("teach.log")).content().contains("anna", "bob");
    }

    @Test
    void teachesPublishesExplainsAndGoesBack() {
        labelAll();
        assertThat(wall.ask("/why", with("id", open.keySet().iterator().next())).status()).isEqualTo(409);

        JsonNode first = teach();

        assertThat(first.path("state").asText()).isEqualTo("done");
        assertThat(first.path("report").path("measured").path("accuracy").path("estimate").asDouble()).isGreaterThan(0.9);
        assertThat(first.has("running")).isFalse();
        String digest = first.path("candidate").asText();
        assertThat(declaredHead()).isEmpty();
        assertThat(publish(digest).json().path("head").path("digest").asText()).isEqualTo(digest);
        assertThat(declaredHead()).contains(digest);
        assertThat(state().has("candidate")).isFalse();
        assertThat(wall.change("/back", GATE).status()).isIn(404, 409);

        JsonNode why = wall.ask("/why", with("id", open.keySet().iterator().next())).json();
        assertThat(why.path("label").asText()).isEqualTo("open");
        assertThat(why.path("neighbours")).hasSize(3);
        assertThat(why.path("neighbours").path(0).path("label").asText()).isEqualTo("open");
        assertThat(pictureWidth(why.path("neighbours").path(0).path("id").asText(), Map.of())).isEqualTo(160);
        assertThat(why.path("heat").path(0).size()).isEqualTo(why.path("heat").size());

        label(List.of(open.keySet().iterator().next()), "shut");
        JsonNode second = teach();
        assertThat(second.path("running").path("head").path("digest").asText()).isEqualTo(digest);
        assertThat(second.path("running").path("count").asInt()).isEqualTo(2 * OF_EACH);
        publish(second.path("candidate").asText());
        assertThat(declaredHead()).isPresent().isNotEqualTo(Optional.of(digest));
        assertThat(wall.ask("/regions", Map.of("camera", YARD)).json().toString()).contains("\"previous\":true");

        assertThat(wall.change("/back", GATE).json().path("head").path("digest").asText()).isEqualTo(digest);
        assertThat(declaredHead()).contains(digest);
    }

    private static Map<String, String> with(String name, String value) {
        Map<String, String> parameters = new HashMap<>(GATE);
        parameters.put(name, value);
        return parameters;
    }

    @Test
    void saysWhyNothingCanBeTaughtFromOneLabel() {
        label(open.keySet(), "open");

        Answer answer = wall.change("/teach", GATE);
        if (answer.status() == 200) {
            Waiting.until("it has failed", () -> state().path("state").asText().equals("failed"));
            assertThat(state().path("message").asText()).isNotBlank();
        } else {
            assertThat(answer.error()).isNotBlank();
        }
    }

    @Test
    void publishesNoHeadThatWasNotTaughtHere() {
        assertThat(publish("0".repeat(64)).status()).isEqualTo(404);
        assertThat(publish("../../../etc/passwd").status()).isIn(400, 404);
        assertThat(declaredHead()).isEmpty();
    }
}
