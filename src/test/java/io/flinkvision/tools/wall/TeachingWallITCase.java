package io.flinkvision.tools.wall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.flinkvision.cluster.TestBroker;
import io.flinkvision.cluster.Waiting;
import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.head.Backbone;
import io.flinkvision.core.head.Head;
import io.flinkvision.core.head.SampleHeads;
import io.flinkvision.core.image.RegionBox;
import io.flinkvision.core.inference.Label;
import io.flinkvision.job.record.Region;
import io.flinkvision.job.record.RegionKey;
import io.flinkvision.tools.ToolException;
import io.flinkvision.tools.wall.TeachingWall.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A wall that teaches, on a real broker, as its pages use it and as an attacker with a token would. */
class TeachingWallITCase {

    @RegisterExtension
    static final TestBroker KAFKA = TestBroker.shared();

    private static final String YARD = Camera.id(Optional.of("yard"));
    private static final List<Double> BOX = List.of(0.25, 0.25, 0.5, 0.5);
    private static final Backbone BACKBONE = Backbone.of(ModelBundle.read(Path.of("conf/models/triage")));

    @TempDir
    private Path root;

    private Path folder;
    private WallTopics topics;
    private TeachingWall wall;

    @BeforeEach
    void start(TestInfo test) {
        folder = root.resolve("taught");
        topics = new WallTopics(KAFKA.broker(), "teaching-" + Math.abs(test.getDisplayName().hashCode()));
        wall = new TeachingWall(KAFKA.broker(), topics, folder);
        topics.classified("yard", SamplePictures.drawn(640, 480, 1), new Label("food", 0, 0.75f));
        Waiting.until("the camera is known", () -> ask("/regions").status() == 200);
    }

    @AfterEach
    void stop() {
        wall.close();
        topics.close();
    }

    private Answer ask(String path) {
        return wall.ask(path, Map.of("camera", YARD));
    }

    private Answer draw(String name) {
        return wall.change("/regions", Map.of("camera", YARD, "name", name, "box", BOX));
    }

    private JsonNode region(String name) {
        for (JsonNode region : ask("/regions").json().path("regions")) {
            if (region.path("name").asText().equals(name)) {
                return region;
            }
        }
        throw new AssertionError("There is no region " + name + " in " + ask("/regions").json());
    }

    private List<Region> declared() {
        return wall.heads().declared(BACKBONE).ofTheTopic().stream().map(it -> it.region()).toList();
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    @Test
    void knowsItsUser() {
        assertThat(ask("").json().path("user").asText()).isEqualTo("anna");
    }

    @Test
    void declaresADrawnRegionToTheJobAndSaysThatItHasNoHead() {
        Answer answer = draw("gate");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(declared()).containsExactly(new Region(new RegionKey("yard", "gate"),
                new RegionBox(0.25, 0.25, 0.5, 0.5), Optional.empty(), Optional.empty()));
        assertThat(region("gate").path("declared").asBoolean()).isTrue();
        assertThat(region("gate").path("box").toString()).isEqualTo("[0.25,0.25,0.5,0.5]");
        assertThat(region("gate").path("remark").asText()).contains("classes of the job's model");
        assertThat(region("gate").has("head")).isFalse();
        assertThat(folder.resolve("yard/gate/region.yaml")).exists();
        assertThat(folder.resolve("teach.log")).content().contains("anna").contains("yard/gate");
    }

    @Test
    void showsTheRegionsOfTheJobFileAndMakesOneOfAllCamerasItsOwnWhereItIsMoved() {
        assertThat(region("pond").path("box").toString()).isEqualTo("[0.5,0.5,0.5,0.5]");
        assertThat(region("sky").path("remark").asText()).contains("all cameras");

        assertThat(draw("sky").status()).isEqualTo(200);

        assertThat(declared()).extracting(Region::key).containsExactly(new RegionKey("yard", "sky"));
        assertThat(region("sky").path("box").toString()).isEqualTo("[0.25,0.25,0.5,0.5]");
    }

    @Test
    void removesOnlyWhatTheTopicDeclares() {
        draw("gate");

        assertThat(remove("pond").status()).isEqualTo(409);
        assertThat(remove("pond").error()).contains("job file");
        assertThat(remove("sky").error()).contains("all cameras");
        assertThat(remove("gate").status()).isEqualTo(200);
        assertThat(remove("nothing").status()).isEqualTo(404);

        assertThat(declared()).isEmpty();
        assertThat(region("gate").path("declared").asBoolean()).isFalse();
        assertThat(region("gate").path("remark").asText()).contains("pictures are kept");
    }

    private Answer remove(String name) {
        return wall.change("/remove", Map.of("camera", YARD, "region", name));
    }

    @Test
    void deletesWhatIsStoredOfARegionOnlyWhereThatIsAskedFor() {
        draw("gate");
        remove("gate");
        remove("gate");
        assertThat(folder.resolve("yard/gate")).exists();

        wall.change("/remove", Map.of("camera", YARD, "region", "gate", "pictures", true));

        assertThat(folder.resolve("yard/gate")).doesNotExist();
        assertThat(ask("/regions").json().toString()).doesNotContain("gate");
    }

    @Test
    void keepsTheHeadOfARegionThatIsMovedOrRenamedAndAdvisesToTeachItAgain() {
        Head head = SampleHeads.of("gate", BACKBONE.digest());
        publish("gate", Optional.of(head));
        seeHeadOf("gate");

        Answer moved = draw("gate");
        assertThat(declared().get(0).head().map(Head::digest)).contains(head.digest());
        assertThat(declared().get(0).every()).contains(Duration.ofSeconds(2));
        assertThat(moved.json().toString()).contains("teach it again");

        wall.change("/regions", Map.of("camera", YARD, "name", "door", "was", "gate", "box", BOX));
        assertThat(declared()).extracting(Region::key).containsExactly(new RegionKey("yard", "door"));
        assertThat(declared().get(0).head().map(Head::digest)).contains(head.digest());
        assertThat(folder.resolve("yard/door")).exists();
        assertThat(folder.resolve("yard/gate")).doesNotExist();
    }

    @Test
    void renamesNoRegionToAnotherOnesName() {
        draw("gate");
        draw("door");

        Answer answer = wall.change("/regions", Map.of("camera", YARD, "name", "door", "was", "gate", "box", BOX));

        assertThat(answer.status()).isEqualTo(409);
        assertThat(declared()).hasSize(2);
    }

    @Test
    void seesWhatOthersPublish() {
        draw("gate");
        Head head = SampleHeads.of("gate", BACKBONE.digest());

        publish("gate", Optional.of(head));

        seeHeadOf("gate");
        assertThat(region("gate").path("head").path("digest").asText()).isEqualTo(head.digest());
        assertThat(region("gate").path("box").toString()).isEqualTo("[0.0,0.0,0.5,0.5]");
        assertThat(region("gate").has("remark")).isFalse();
    }

    private void publish(String region, Optional<Head> head) {
        wall.heads().publish(new Region(new RegionKey("yard", region), new RegionBox(0, 0, 0.5, 0.5),
                Optional.of(Duration.ofSeconds(2)), head), BACKBONE, remark -> {});
    }

    private void seeHeadOf(String region) {
        Waiting.until("the head is seen", () -> ask("/regions").json().toString().contains("\"digest\""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../x", "/etc/x", "a/b", "", " ", "a\u0000b", "a\nb"})
    void refusesNamesOfRegionsThatAreNone(String name) throws IOException {
        List<Path> before = files();

        assertThat(draw(name).status()).isEqualTo(400);
        assertThat(wall.change("/remove", Map.of("camera", YARD, "region", name)).status()).isEqualTo(400);

        assertThat(files()).isEqualTo(before);
        assertThat(declared()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", ".", "%2e%2e%2f", "..\\..\\x", "C:", "con", "\uD83D\uDE00", "a:b*c?", ".heads", "~"})
    void keepsRegionsOfAnyNameWithinItsFolder(String name) throws IOException {
        assertThat(draw(name).status()).isEqualTo(200);

        assertThat(region(name).path("declared").asBoolean()).isTrue();
        try (Stream<Path> cameras = Files.list(folder.resolve("yard"))) {
            Set<Path> regions = cameras.collect(Collectors.toSet());
            assertThat(regions).singleElement().satisfies(only -> assertThat(only.resolve("region.yaml")).exists());
        }
        assertThat(files()).allMatch(file -> file.startsWith(folder));
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../teach.log", "%2e%2e/x", "region.yaml", "..\\x", "labels-0-0", "a\u0000b", "images-0-1",
        "20261129T104613123Z-0123456789abcdef"})
    void givesAndLabelsNoPictureThatIsNotOfTheCamera(String id) throws IOException {
        draw("gate");
        List<Path> before = files();
        Map<String, String> picture = Map.of("camera", YARD, "region", "gate", "id", id);

        assertThat(wall.ask("/picture", picture).status()).isIn(400, 404, 409);
        assertThat(wall.change("/label", Map.of("camera", YARD, "region", "gate", "ids", List.of(id), "label", "open"))
                .status()).isIn(400, 404, 409);
        assertThat(wall.change("/label", Map.of("camera", YARD, "region", "gate", "ids", List.of(id), "label", ""))
                .status()).isIn(400, 404, 409);

        assertThat(files()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0123456789abcdef", "../..", "", "yard"})
    void knowsNoCameraThatTheWallDoesNotShow(String camera) {
        assertThat(wall.ask("/regions", Map.of("camera", camera)).status()).isEqualTo(404);
        assertThat(wall.change("/regions", Map.of("camera", camera, "name", "gate", "box", BOX)).status())
                .isEqualTo(404);
        assertThat(declared()).isEmpty();
    }

    @Test
    void refusesBoxesThatAreNone() {
        for (Object box : List.of(List.of(0, 0, 2, 1), List.of(0, 0, 0, 0), List.of(0, 0, 1), List.of("a", 0, 1, 1), 7)) {
            assertThat(wall.change("/regions", Map.of("camera", YARD, "name", "gate", "box", box)).status())
                    .as("%s", box).isEqualTo(400);
        }
    }

    @Test
    void hasRoomForAsManyRegionsOfACameraAsAJobHas() throws IOException {
        int present = ask("/regions").json().path("regions").size();
        int drawn = 0;
        Answer answer = draw("region-0");
        while (answer.status() == 200) {
            drawn++;
            answer = draw("region-" + drawn);
        }

        assertThat(answer.status()).isEqualTo(507);
        assertThat(answer.error()).contains("128");
        // That of all cameras does not count for this one.
        assertThat(drawn).isEqualTo(Region.MAX_PER_CAMERA - (present - 1));
        try (Stream<Path> kept = Files.list(folder.resolve("yard"))) {
            assertThat(kept).hasSize(drawn);
        }
    }

    @Test
    void letsTwoBrowsersDrawAtTheSameTimeAndShowsBothTheTruth() throws InterruptedException {
        List<Thread> browsers = Stream.of(TeachingWall.ANNA, TeachingWall.BOB).map(user -> new Thread(() -> {
            for (int i = 0; i < 10; i++) {
                double width = user.equals(TeachingWall.ANNA) ? 0.25 : 0.5;
                wall.change(user, "/regions",
                        Map.of("camera", YARD, "name", "gate-" + i % 3, "box", List.of(0, 0, width, width)));
            }
        })).toList();
        browsers.forEach(Thread::start);
        for (Thread browser : browsers) {
            browser.join();
        }

        for (Region region : declared()) {
            assertThat(region(region.key().region()).path("box").get(2).asDouble()).isEqualTo(region.box().width());
            assertThat(folder.resolve("yard").resolve(region.key().region()).resolve("region.yaml"))
                    .content().contains(", " + region.box().width() + ", ");
        }
        assertThat(declared()).hasSize(3);
    }

    @Test
    void saysThatAnotherWallHasTheFolder() {
        assertThatThrownBy(() -> new TeachingWall(KAFKA.broker(), topics, folder))
                .isInstanceOf(ToolException.class).hasMessageContaining(folder.toString());
    }
}
