package io.flinkvision.tools.teach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkvision.core.image.RegionBox;
import io.flinkvision.core.teach.RegionFile;
import io.flinkvision.job.record.Region;
import io.flinkvision.job.record.RegionKey;
import io.flinkvision.tools.ToolException;
import io.flinkvision.tools.teach.RefusedChange.Reason;
import io.flinkvision.tools.teach.TeachingFolder.Limits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TeachingFolderTest {

    private static final RegionKey GATE = new RegionKey("yard/north", "gate");
    private static final RegionBox BOX = new RegionBox(0.1, 0.2, 0.3, 0.4);
    private static final RegionBox MOVED = new RegionBox(0.2, 0.2, 0.3, 0.4);
    private static final Limits LIMITS = Limits.of(1000);

    @TempDir
    Path parent;

    private Path root;
    private TeachingFolder folder;

    @BeforeEach
    void open() {
        root = parent.resolve("teach");
        folder = open(LIMITS);
    }

    @AfterEach
    void close() {
        folder.close();
    }

    private TeachingFolder open(Limits limits) {
        return TeachingFolder.open(root, limits, (picture, box) -> Optional.empty(),
                InstantSource.fixed(Frames.NOON));
    }

    private void reopen(Limits limits) {
        folder.close();
        folder = open(limits);
    }

    static void assertRefused(Reason reason, ThrowingCallable change) {
        assertThatThrownBy(change).isInstanceOfSatisfying(RefusedChange.class,
                refusal -> assertThat(refusal.reason()).as(refusal.getMessage()).isEqualTo(reason));
    }

    private static void label(RegionFolder region, String label, int number) {
        NewPicture picture = Frames.jpeg(number);
        region.label(new RegionFolder.Labels(List.of(picture.id().toString()), label), id -> Optional.of(picture),
                "ann");
    }

    private static List<Path> files(Path below) throws IOException {
        try (Stream<Path> files = Files.walk(below)) {
            return files.filter(Files::isRegularFile).map(below::relativize).sorted().toList();
        }
    }

    @Test
    void aRegionIsPlainFilesThatAreReadAgain() throws IOException {
        label(folder.put(GATE, BOX, "ann"), "open", 1);

        reopen(LIMITS);

        assertThat(files(root)).extracting(Path::toString).containsExactly(".lock", "teach.log",
                "yard%2Fnorth/gate/open/20260310T120001000Z-" + Frames.jpeg(1).id().digest() + ".jpg",
                "yard%2Fnorth/gate/region.yaml");
        assertThat(RegionFile.in(root.resolve("yard%2Fnorth/gate")))
                .contains(new RegionFile("yard/north", "gate", BOX));
        RegionFolder region = folder.region(GATE).orElseThrow();
        assertThat(region.box()).isEqualTo(BOX);
        assertThat(region.pictures()).extracting(StoredPicture::label).containsExactly("open");
        assertThat(region.bytes(region.pictures().get(0))).isEqualTo(Frames.jpeg(1).bytes());
        assertThat(folder.regions()).containsExactly(region);
        assertThat(folder.problems()).isEmpty();
    }

    @Test
    void hostileNamesStayInTheFolderAndComeBackAsTheyWere() throws IOException {
        List<String> names = List.of("..", ".", "../../x", ".heads", "con", "teach.log", "*", "a\u202eb", "cafe\u0301",
                "caf\u00e9", "100%", "%2E%2E", "region.yaml", "ü".repeat(150), "a".repeat(300), "\ud83d\udeaa", "x ");
        for (String camera : names) {
            folder.put(new RegionKey(camera, camera.length() > 100 || camera.contains("/") ? "r" : camera), BOX, "ann");
        }

        reopen(LIMITS);

        assertThat(folder.problems()).isEmpty();
        assertThat(folder.regions()).extracting(region -> region.key().camera())
                .containsExactlyInAnyOrderElementsOf(names);
        for (String camera : names) {
            assertThat(folder.regions(camera)).extracting(region -> region.key().camera()).containsExactly(camera);
        }
        assertThat(files(parent)).allMatch(file -> file.startsWith("teach"));
        assertRefused(Reason.INVALID, () -> folder.put(new RegionKey("a\ud83d", "r"), BOX, "ann"));
        assertThat(folder.regions("a\ud83d")).isEmpty();
        assertThat(folder.regions("")).isEmpty();
    }

    @Test
    void aRegionIsMovedRenamedAndDeletedWithItsPictures() throws IOException {
        RegionFolder gate = folder.put(GATE, BOX, "ann");
        label(gate, "open", 1);

        assertThat(folder.put(GATE, MOVED, "ann")).isSameAs(gate);
        assertThat(gate.box()).isEqualTo(MOVED);
        RegionFolder barrier = folder.rename(GATE, "the barrier", "ann");
        assertThat(barrier.pictures()).hasSize(1);
        assertThat(barrier.box()).isEqualTo(MOVED);
        assertThat(folder.region(GATE)).isEmpty();
        assertRefused(Reason.MISSING, () -> label(gate, "open", 2));
        assertRefused(Reason.MISSING, () -> folder.rename(GATE, "other", "ann"));
        folder.put(GATE, BOX, "ann");
        assertRefused(Reason.CONFLICT, () -> folder.rename(GATE, "the barrier", "ann"));

        folder.delete(barrier.key(), "ann");
        assertThat(files(root.resolve("yard%2Fnorth"))).extracting(Path::toString).containsExactly("gate/region.yaml");
        assertThat(folder.regions()).extracting(RegionFolder::key).containsExactly(GATE);
        assertRefused(Reason.MISSING, () -> folder.delete(barrier.key(), "ann"));
    }

    @Test
    void whileARegionIsTaughtItStaysWhereItIsButPicturesAreLabelled() {
        RegionFolder gate = folder.put(GATE, BOX, "ann");
        gate.beginTeaching();

        assertRefused(Reason.CONFLICT, () -> folder.put(GATE, MOVED, "ann"));
        assertRefused(Reason.CONFLICT, () -> folder.rename(GATE, "other", "ann"));
        assertRefused(Reason.CONFLICT, () -> folder.delete(GATE, "ann"));
        label(gate, "open", 1);

        gate.endTeaching();
        folder.delete(GATE, "ann");
        assertThat(folder.regions()).isEmpty();
    }

    @Test
    void ofTwoThatOpenItOneIsToldThatTheOtherHasIt() {
        assertThatThrownBy(() -> open(LIMITS)).isInstanceOf(ToolException.class)
                .hasMessageContaining("Another wall has " + root + " open");

        reopen(LIMITS);
        assertThat(folder.regions()).isEmpty();
    }

    @Test
    void aPlaceThatIsNoFolderIsRefused() throws IOException {
        Path file = Files.writeString(parent.resolve("file"), "");

        assertThatThrownBy(() -> TeachingFolder.open(file, LIMITS, (picture, box) -> Optional.empty(),
                InstantSource.system())).isInstanceOf(ToolException.class).hasMessageContaining(file.toString());
    }

    @Test
    void whatAnInterruptionLeftOverIsDeletedAndNothingElse() throws IOException {
        label(folder.put(GATE, BOX, "ann"), "open", 1);
        Path region = root.resolve("yard%2Fnorth/gate");
        Path own = Files.writeString(region.resolve("open/.hidden"), "mine");
        Files.writeString(region.resolve("open/.part-0815"), "half a pict");
        Files.writeString(region.resolve(".features.safetensors.0815"), "half of them");
        Files.createDirectories(root.resolve("yard%2Fnorth/.deleted-0815/open"));
        Files.writeString(root.resolve("yard%2Fnorth/.deleted-0815/open/rest.jpg"), "rest");

        assertThat(folder.region(GATE).orElseThrow().pictures()).hasSize(1);
        reopen(LIMITS);

        assertThat(files(region)).hasSize(3).contains(region.relativize(own));
        assertThat(root.resolve("yard%2Fnorth/.deleted-0815")).doesNotExist();
        assertThat(folder.bytes()).isEqualTo(files(root).stream().mapToLong(file -> root.resolve(file).toFile().length())
                .sum());
    }

    @Test
    void editsByHandAreTakenAsTheyAreAndWhatIsStrangeIsReported() throws IOException {
        folder.put(GATE, BOX, "ann");
        folder.put(new RegionKey("yard/north", "door"), BOX, "ann");
        Path camera = root.resolve("yard%2Fnorth");
        new RegionFile("yard/north", "gate", MOVED).writeTo(camera.resolve("gate"));
        Files.move(camera.resolve("door"), camera.resolve("renamed"));
        Files.createDirectories(camera.resolve("no region/open"));
        Files.createDirectories(camera.resolve("broken"));
        Files.writeString(camera.resolve("broken/region.yaml"), "camera: [");
        Files.createDirectories(camera.resolve("nowhere/region.yaml"));
        Files.createDirectories(camera.resolve("outside"));
        Files.writeString(camera.resolve("outside/region.yaml"), "camera: yard/north\nregion: ../x\nbox: [0, 0, 1, 1]");
        Files.writeString(camera.resolve("notes.txt"), "mine");
        Files.writeString(root.resolve("notes.txt"), "mine");

        assertThat(folder.regions("yard/north")).extracting(RegionFolder::key).containsExactly(GATE);
        assertThat(folder.region(GATE).orElseThrow().box()).isEqualTo(MOVED);
        assertThat(folder.problems()).hasSize(5)
                .anyMatch(it -> it.contains("renamed is left out") && it.contains("yard/north/door"))
                .anyMatch(it -> it.contains("no region is no region"))
                .anyMatch(it -> it.contains("broken"))
                .anyMatch(it -> it.contains("nowhere"))
                .anyMatch(it -> it.contains("outside"));
        assertRefused(Reason.CONFLICT, () -> folder.put(new RegionKey("yard/north", "broken"), BOX, "ann"));
        assertThat(folder.put(new RegionKey("yard/north", "no region"), BOX, "ann").pictures()).isEmpty();
    }

    @Test
    void aRegionThatWasDeletedByHandIsGone() throws IOException {
        RegionFolder gate = folder.put(GATE, BOX, "ann");
        Files.delete(gate.path().resolve("region.yaml"));
        Files.delete(gate.path());

        assertThat(folder.region(GATE)).isEmpty();
        assertThat(gate.pictures()).isEmpty();
        assertRefused(Reason.MISSING, () -> label(gate, "open", 1));
        assertThat(folder.put(GATE, BOX, "ann").pictures()).isEmpty();
    }

    @Test
    void aCameraAndTheFolderHaveABoundedNumberOfRegions() {
        IntStream.range(0, Region.MAX_PER_CAMERA).forEach(i -> folder.put(new RegionKey("cam", "r" + i), BOX, "ann"));
        assertRefused(Reason.NO_ROOM, () -> folder.put(new RegionKey("cam", "more"), BOX, "ann"));
        folder.put(new RegionKey("cam", "r0"), MOVED, "ann");

        reopen(new Limits(1000, 1 << 20, Region.MAX_PER_CAMERA + 1));
        folder.put(new RegionKey("other", "r"), BOX, "ann");
        assertRefused(Reason.NO_ROOM, () -> folder.put(new RegionKey("third", "r"), BOX, "ann"));
        folder.delete(new RegionKey("cam", "r0"), "ann");
        folder.put(new RegionKey("third", "r"), BOX, "ann");
    }

    @Test
    void theLogHasALineForEachChangeWhateverNamesAre() throws IOException {
        folder.put(GATE, BOX, "ann\n2026 eve\tforged");
        label(folder.region(GATE).orElseThrow(), "open \u2028 wide", 1);

        assertThat(Files.readAllLines(root.resolve("teach.log"))).containsExactly(
                "2026-03-10T12:00:00Z\tann\\u000a2026 eve\\u0009forged\tdrew yard/north/gate to 0.1,0.2,0.3,0.4",
                "2026-03-10T12:00:00Z\tann\tlabelled 1 pictures of yard/north/gate as open \\u2028 wide");
    }
}
