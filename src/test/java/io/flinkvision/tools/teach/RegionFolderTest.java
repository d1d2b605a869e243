package io.flinkvision.tools.teach;

import static io.flinkvision.tools.teach.TeachingFolderTest.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import io.flinkvision.core.image.ImageFingerprint;
import io.flinkvision.core.image.RegionBox;
import io.flinkvision.core.image.View;
import io.flinkvision.core.system.Sha256;
import io.flinkvision.core.teach.Example;
import io.flinkvision.core.teach.FeatureFile;
import io.flinkvision.core.teach.LabelledPicture;
import io.flinkvision.core.teach.PictureFolder;
import io.flinkvision.job.record.RegionKey;
import io.flinkvision.tools.teach.RefusedChange.Reason;
import io.flinkvision.tools.teach.RegionFolder.Change;
import io.flinkvision.tools.teach.RegionFolder.Labels;
import io.flinkvision.tools.teach.TeachingFolder.Limits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegionFolderTest {

    private static final RegionBox BOX = new RegionBox(0.1, 0.2, 0.3, 0.4);

    @TempDir
    Path parent;

    private final Map<String, NewPicture> frames = new HashMap<>();
    private Instant now = Frames.NOON;
    private int decoded;
    private TeachingFolder folder;
    private RegionFolder gate;

    @BeforeEach
    void open() {
        open(new Limits(100, 1 << 20, 10));
    }

    private void open(Limits limits) {
        folder = TeachingFolder.open(parent.resolve("teach"), limits, (picture, box) -> {
            decoded++;
            return picture[4] == 99 ? Optional.empty() : Optional.of(look(picture[4]));
        }, () -> now);
        gate = folder.put(new RegionKey("yard", "gate"), BOX, "ann");
    }

    @AfterEach
    void close() {
        folder.close();
    }

    private static ImageFingerprint look(int grey) {
        byte[] cells = new byte[ImageFingerprint.SIDE * ImageFingerprint.SIDE];
        Arrays.fill(cells, (byte) grey);
        return new ImageFingerprint(cells);
    }

    /** Offers frames as the images topic does, under ids that are not those of their files. */
    private List<String> offer(NewPicture... pictures) {
        return Stream.of(pictures).map(picture -> {
            String id = "images-0-" + frames.size();
            frames.put(id, picture);
            return id;
        }).toList();
    }

    private Change label(String label, NewPicture... pictures) {
        return label(label, offer(pictures));
    }

    private Change label(String label, List<String> ids) {
        return gate.label(new Labels(ids, label), id -> Optional.ofNullable(frames.get(id)), "ann");
    }

    private void undo(Change change) {
        change.undo().forEach(labels -> gate.label(labels, id -> Optional.empty(), "ann"));
    }

    private Map<String, String> labels() {
        Map<String, String> labels = new HashMap<>();
        gate.pictures().forEach(picture -> labels.merge(picture.id(), picture.label(), (a, b) -> a + "+" + b));
        return labels;
    }

    private static String id(int number) {
        return Frames.jpeg(number).id().toString();
    }

    private static NewPicture[] jpegs(int from, int until) {
        return IntStream.range(from, until).mapToObj(Frames::jpeg).toArray(NewPicture[]::new);
    }

    @Test
    void picturesAreStoredMovedAndDeletedAndEachChangeCanBeUndone() {
        Change stored = label("open", jpegs(1, 4));
        assertThat(stored.ids()).containsExactly(id(1), id(2), id(3));
        assertThat(labels()).isEqualTo(Map.of(id(1), "open", id(2), "open", id(3), "open"));

        Change moved = label("shut", List.of(id(1), id(2)));
        assertThat(labels()).isEqualTo(Map.of(id(1), "shut", id(2), "shut", id(3), "open"));

        Change deleted = label("", List.of(id(1), id(3)));
        assertThat(labels()).isEqualTo(Map.of(id(2), "shut"));
        assertThat(gate.path().resolve("open")).doesNotExist();

        undo(deleted);
        assertThat(labels()).isEqualTo(Map.of(id(1), "shut", id(2), "shut", id(3), "open"));
        assertThat(gate.bytes(gate.picture(id(3)).orElseThrow())).isEqualTo(Frames.jpeg(3).bytes());
        undo(moved);
        assertThat(labels()).isEqualTo(Map.of(id(1), "open", id(2), "open", id(3), "open"));
        undo(stored);
        assertThat(labels()).isEmpty();
    }

    @Test
    void aFrameThatIsLabelledAgainUnderItsOtherNameIsMoved() {
        List<String> offered = offer(Frames.jpeg(1), Frames.jpeg(2));
        label("open", List.of(offered.get(0)));

        Change change = label("shut", List.of(offered.get(0), offered.get(1), offered.get(1), id(1)));

        assertThat(labels()).isEqualTo(Map.of(id(1), "shut", id(2), "shut"));
        undo(change);
        assertThat(labels()).isEqualTo(Map.of(id(1), "open"));
    }

    @Test
    void deletedPicturesAreInMemoryForMinutesOnly() {
        label("open", Frames.jpeg(1));
        Change deleted = label("", List.of(id(1)));
        now = now.plus(RecentlyDeleted.KEPT).plusMillis(1);

        assertRefused(Reason.MISSING, () -> undo(deleted));
    }

    @Test
    void whatIsRefusedChangesNothing() {
        label("open", Frames.jpeg(1));
        Map<String, String> before = labels();
        long bytes = folder.bytes();
        NewPicture large = new NewPicture(now, Arrays.copyOf(Frames.jpeg(1).bytes(), 101), Optional.empty());
        NewPicture text = new NewPicture(now, "no picture".getBytes(), Optional.empty());
        List<String> many = IntStream.rangeClosed(0, RegionFolder.MAX_CHANGED).mapToObj(i -> "id" + i).toList();

        assertRefused(Reason.MISSING, () -> label("shut", List.of(id(1), "nowhere")));
        assertRefused(Reason.MISSING, () -> label("", List.of(id(1), "../gate/region.yaml")));
        assertRefused(Reason.TOO_LARGE, () -> label("shut", Frames.jpeg(2), large));
        assertRefused(Reason.INVALID, () -> label("shut", Frames.jpeg(2), text));
        assertRefused(Reason.TOO_LARGE, () -> label("shut", many));
        assertRefused(Reason.INVALID, () -> label("a\nb", List.of(id(1))));
        assertRefused(Reason.INVALID, () -> label("門".repeat(70), List.of(id(1))));
        assertRefused(Reason.INVALID, () -> label("\ud83d", List.of(id(1))));
        assertRefused(Reason.INVALID, () -> label(" ", List.of(id(1))));

        assertThat(labels()).isEqualTo(before);
        assertThat(gate.path().resolve("shut")).doesNotExist();
        assertThat(folder.bytes() - bytes).as("nothing but lines of the log").isZero();
    }

    @Test
    void beyondItsBytesTheFolderTakesNothingUntilSomethingIsDeleted() throws IOException {
        label("open", jpegs(0, 2));
        folder.close();
        long present;
        try (Stream<Path> files = Files.walk(parent.resolve("teach"))) {
            present = files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
        }
        open(new Limits(100, present + 2 * Frames.jpeg(0).bytes().length, 10));
        label("open", jpegs(2, 4));

        assertRefused(Reason.NO_ROOM, () -> label("open", jpegs(4, 100)));
        assertThat(labels()).hasSize(4);
        assertRefused(Reason.NO_ROOM, () -> folder.put(new RegionKey("yard", "other"), BOX, "ann"));
        label("shut", List.of(id(0)));
        label("", List.of(id(1)));
        label("open", Frames.jpeg(5));
        assertThat(labels()).hasSize(4);
    }

    @Test
    void aRegionHasAsManyLabelsAsCanBeTaught() {
        IntStream.range(0, 100).forEach(i -> label("label " + i, Frames.jpeg(i)));

        assertRefused(Reason.NO_ROOM, () -> label("label 100", Frames.jpeg(100)));
        label("none", Frames.jpeg(101));
        label("label 99", Frames.jpeg(102));
    }

    @Test
    void hostileLabelsStayInTheFolderAndAreTaughtAsTheyAre() throws IOException {
        List<String> names = List.of("..", "../../x", ".heads", "reviews.csv", "region.yaml", "features.safetensors",
                "con", "half/open", "50%", "\u202eb", "käfig 🚪", "-rf");
        for (int i = 0; i < names.size(); i++) {
            label(names.get(i), Frames.jpeg(i));
        }
        label(" cafe\u0301 ", Frames.jpeg(names.size()));

        List<String> expected = Stream.concat(names.stream(), Stream.of("caf\u00e9")).toList();
        assertThat(labels().values()).containsExactlyInAnyOrderElementsOf(expected);
        try (Stream<Path> all = Files.walk(parent)) {
            assertThat(all.filter(Files::isRegularFile).filter(file -> file.toString().endsWith(".jpg")))
                    .hasSize(expected.size()).allMatch(file -> file.getParent().getParent().equals(gate.path()));
        }
        assertThat(PictureFolder.read(gate.path(), View.WHOLE).pictures())
                .extracting(picture -> picture.views().get(0).label())
                .containsExactlyInAnyOrderElementsOf(expected);
        assertThat(PictureFolder.read(gate.path(), View.WHOLE).leftOut()).isEmpty();
    }

    @Test
    void picturesThatSomebodyPutThereAreLikeOthers() throws IOException {
        put("open/monday/photo.jpeg", 1);
        put("open/photo", 2);
        put("shut/photo.JPG", 3);
        Files.writeString(gate.path().resolve("shut/notes.txt"), "no picture");
        Files.writeString(gate.path().resolve("shut/.hidden.jpg"), "hidden");
        Files.createDirectories(gate.path().resolve("empty"));

        assertThat(labels()).isEqualTo(
                Map.of("open/monday/photo.jpeg", "open", "open/photo", "open", "shut/photo.JPG", "shut"));
        assertThat(gate.pictures()).extracting(StoredPicture::at).containsOnly(Frames.NOON);
        assertThat(PictureFolder.read(gate.path(), View.WHOLE).pictures()).extracting(LabelledPicture::source)
                .contains("open/monday/photo.jpeg", "open/photo", "shut/photo.JPG");

        Change moved = label("shut", List.of("open/monday/photo.jpeg", "open/photo"));
        assertThat(gate.path().resolve("shut/monday")).isDirectoryContaining(file -> file.toString().endsWith(".jpg"));
        assertThat(gate.path().resolve("open")).doesNotExist();
        undo(moved);
        assertThat(labels().values()).containsExactlyInAnyOrder("open", "open", "shut");
        label("", List.of("shut/photo.JPG"));
        assertThat(labels().values()).containsExactlyInAnyOrder("open", "open");
    }

    private void put(String file, int number) throws IOException {
        Path path = gate.path().resolve(file);
        Files.createDirectories(path.getParent());
        Files.write(path, Frames.jpeg(number).bytes());
        Files.setLastModifiedTime(path, FileTime.from(Frames.NOON));
    }

    @Test
    void aPictureThatSomebodyMovedOrDeletedMeanwhileIsFoundOrMissed() throws IOException {
        label("open", jpegs(1, 3));
        Files.createDirectories(gate.path().resolve("Shut"));
        Files.move(gate.picture(id(1)).orElseThrow().file(), gate.path().resolve("Shut/" + id(1) + ".jpg"));
        Files.delete(gate.picture(id(2)).orElseThrow().file());

        assertThat(labels()).isEqualTo(Map.of(id(1), "Shut"));
        assertRefused(Reason.MISSING, () -> label("shut", List.of(id(2))));
        label("open", List.of(id(1)));
        assertThat(labels()).isEqualTo(Map.of(id(1), "open"));
    }

    @Test
    void nothingIsChangedBehindALinkThatLeavesTheFolder() throws IOException {
        Path elsewhere = Files.createDirectories(parent.resolve("elsewhere"));
        Files.write(elsewhere.resolve("photo.jpg"), Frames.jpeg(1).bytes());
        Files.createSymbolicLink(gate.path().resolve("open"), elsewhere);

        assertThat(labels()).isEqualTo(Map.of("open/photo.jpg", "open"));
        assertRefused(Reason.CONFLICT, () -> label("", List.of("open/photo.jpg")));
        assertRefused(Reason.CONFLICT, () -> label("shut", List.of("open/photo.jpg")));
        assertRefused(Reason.CONFLICT, () -> label("open", Frames.jpeg(2)));
        assertThat(elsewhere.resolve("photo.jpg")).exists();
    }

    @Test
    void deletingAPictureDeletesItsFeatures() throws IOException {
        label("open", jpegs(1, 4));
        keepFeatures();
        assertThat(gate.examples()).extracting(Example::source).containsExactlyInAnyOrder(id(1), id(2), id(3));

        label("shut", List.of(id(1)));
        label("", List.of(id(2)));
        assertThat(gate.examples()).extracting(Example::source, Example::label)
                .containsExactlyInAnyOrder(tuple(id(1), "shut"), tuple(id(3), "open"));
        assertThat(FeatureFile.read(gate.path().resolve(FeatureFile.NAME)).entries()).hasSize(2);

        label("", List.of(id(1), id(3)));
        assertThat(gate.path().resolve(FeatureFile.NAME)).doesNotExist();
        assertThat(gate.examples()).isEmpty();
    }

    @Test
    void aDamagedFileOfFeaturesGoesWithTheNextPicture() throws IOException {
        label("open", jpegs(1, 3));
        Files.writeString(gate.path().resolve(FeatureFile.NAME), "damaged");
        assertThat(gate.examples()).isEmpty();

        label("", List.of(id(2)));
        assertThat(gate.path().resolve(FeatureFile.NAME)).doesNotExist();
    }

    @Test
    void featuresOfAPictureThatIsDeletedWhileItIsReadAreNotKept() throws IOException {
        label("open", jpegs(1, 3));
        FeatureFile read = features();
        label("", List.of(id(2)));

        gate.keep(read);

        assertThat(FeatureFile.read(gate.path().resolve(FeatureFile.NAME)).entries()).hasSize(1);
    }

    private void keepFeatures() throws IOException {
        gate.keep(features());
    }

    private FeatureFile features() throws IOException {
        View view = new View.Region(BOX);
        return new FeatureFile(new FeatureFile.Network("a".repeat(64), "any"),
                gate.pictures().stream().map(picture -> {
                    String digest = Sha256.of(gate.bytes(picture));
                    return new FeatureFile.Entry(digest, view, new Example(
                            gate.path().relativize(picture.file()).toString(), picture.label(), Optional.empty(),
                            Example.digest(digest, view), look(gate.bytes(picture)[4]), new float[] {1, 0}));
                }).toList());
    }

    @Test
    void twoThatLabelAtOnceLoseNothing() throws Exception {
        ExecutorService browsers = Executors.newFixedThreadPool(2);
        try {
            List<Future<?>> all = IntStream.range(0, 2).<Future<?>>mapToObj(browser -> browsers.submit(() -> {
                for (int i = 0; i < 100; i++) {
                    NewPicture picture = Frames.jpeg(i % 5);
                    gate.label(new Labels(List.of(picture.id().toString()), browser == 0 ? "open" : "shut"),
                            id -> Optional.of(picture), "browser " + browser);
                }
            })).toList();
            for (Future<?> one : all) {
                one.get();
            }
        } finally {
            browsers.shutdownNow();
        }

        assertThat(labels()).hasSize(5).allSatisfy((id, label) -> assertThat(label).isIn("open", "shut"));
        assertThat(Files.readAllLines(parent.resolve("teach/teach.log"))).hasSize(201);
    }

    @Test
    void nearDuplicatesCountOnceAndEachPictureIsDecodedOnce() {
        label("open", Frames.jpeg(20), Frames.jpeg(25), Frames.jpeg(60), Frames.jpeg(99));
        label("shut", Frames.jpeg(21));

        List<LabelCount> counts = gate.counts(ZoneOffset.UTC);

        assertThat(counts).extracting(LabelCount::label, LabelCount::pictures, LabelCount::different)
                .containsExactly(tuple("open", 4, 3), tuple("shut", 1, 1));
        assertThat(gate.counts(ZoneOffset.UTC)).isEqualTo(counts);
        assertThat(decoded).isEqualTo(5);
        folder.put(gate.key(), RegionBox.WHOLE, "ann");
        gate.counts(ZoneOffset.UTC);
        assertThat(decoded).as("what another box shows is another look").isEqualTo(10);
    }

    @Test
    void picturesThatComeWithTheirLooksOrFeaturesAreNotDecoded() throws IOException {
        NewPicture seen = new NewPicture(now, Frames.jpeg(1).bytes(), Optional.of(look(40)));
        label("open", seen, Frames.jpeg(45));
        keepFeatures();
        folder.close();
        open(new Limits(100, 1 << 20, 10));

        assertThat(gate.counts(ZoneOffset.UTC)).extracting(LabelCount::different).containsExactly(2);
        label("open", new NewPicture(now, Frames.jpeg(2).bytes(), Optional.of(look(200))));
        assertThat(gate.counts(ZoneOffset.UTC)).extracting(LabelCount::different).containsExactly(3);
        assertThat(decoded).isZero();
    }

    @Test
    void aPictureOfAnotherTimeOrOtherBytesHasAnotherId() {
        PictureId id = PictureId.of(Instant.parse("2026-11-29T10:46:13.123456Z"), new byte[] {1});

        assertThat(id).hasToString("20261129T104613123Z-4bf5122f344554c5");
        assertThat(PictureId.parse(id.toString())).contains(id);
        assertThat(PictureId.of(id.at().plus(Duration.ofMillis(1)), new byte[] {1})).isNotEqualTo(id);
        assertThat(PictureId.of(id.at(), new byte[] {2})).isNotEqualTo(id);
        assertThat(PictureId.of(Instant.MAX, new byte[0]).toString()).startsWith("99991231T235959999Z-");
        assertThat(PictureId.of(Instant.MIN, new byte[0]).toString()).startsWith("19700101T000000000Z-");
        for (String other : List.of("", "x", "20261329T104613123Z-4bf5122f344554c5", id + ".jpg", "../" + id)) {
            assertThat(PictureId.parse(other)).as(other).isEmpty();
        }
        assertThatThrownBy(() -> new PictureId(Instant.MAX, id.digest())).isInstanceOf(IllegalArgumentException.class);
    }
}
