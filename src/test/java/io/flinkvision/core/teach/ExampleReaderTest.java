package io.flinkvision.core.teach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.bundle.SmallBundle;
import io.flinkvision.core.head.Head;
import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.core.image.ImageFingerprint;
import io.flinkvision.core.image.Reduction;
import io.flinkvision.core.image.RegionBox;
import io.flinkvision.core.image.View;
import io.flinkvision.core.system.Sha256;
import io.flinkvision.core.teach.LabelledPicture.LabelledView;
import io.flinkvision.core.weights.ModelException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExampleReaderTest {

    private static final Path TRIAGE = Path.of("conf/models/triage");

    @TempDir
    Path folder;

    /** The pictures that come with the model, as {@code meal/meal_1.jpg} and so on. */
    @BeforeEach
    void sortPictures() throws IOException {
        try (Stream<Path> pictures = Files.list(TRIAGE.resolve("images"))) {
            for (Path picture : pictures.toList()) {
                String name = picture.getFileName().toString();
                Path label = Files.createDirectories(folder.resolve(name.substring(0, name.indexOf('_'))));
                Files.copy(picture, label.resolve(name));
            }
        }
    }

    private static ExampleReader reader() {
        return new ExampleReader(ModelBundle.read(TRIAGE), DecodeLimits.DEFAULTS, files -> {});
    }

    @Test
    void filesThatAreNoPicturesAreListedAndTheOthersRead() throws IOException {
        byte[] good = Files.readAllBytes(folder.resolve("meal/meal_1.jpg"));
        Files.write(folder.resolve("meal/cut.jpg"), Arrays.copyOf(good, good.length / 2));
        Files.writeString(folder.resolve("meal/notes with spaces.txt"), "no picture");
        Files.createFile(folder.resolve("other/empty.png"));
        try (RandomAccessFile huge = new RandomAccessFile(folder.resolve("other/huge.jpg").toFile(), "rw")) {
            huge.setLength(2L << 30);
        }

        ExampleReader.Reading reading = reader().read(PictureFolder.read(folder, View.WHOLE).pictures(), 2);

        assertThat(reading.examples()).extracting(Example::source, Example::label).containsExactly(
                tuple("meal/meal_1.jpg", "meal"), tuple("meal/meal_2.jpg", "meal"),
                tuple("other/other_1.jpg", "other"), tuple("other/other_2.jpg", "other"),
                tuple("report/report_1.jpg", "report"), tuple("report/report_2.jpg", "report"));
        assertThat(reading.leftOut()).extracting(LeftOut::source).containsExactly(
                "meal/cut.jpg", "meal/notes with spaces.txt", "other/empty.png", "other/huge.jpg");
        assertThat(reading.leftOut().get(3).reason())
                .isEqualTo("it has 2147483648 bytes, more than the limit of 16777216");
    }

    @Test
    void aPictureIsOneWhateverItsNameEndsWith() throws IOException {
        Files.move(folder.resolve("meal/meal_1.jpg"), folder.resolve("meal/meal_1.txt"));

        ExampleReader.Reading reading = reader().read(PictureFolder.read(folder, View.WHOLE).pictures(), 2);

        assertThat(reading.examples()).extracting(Example::source).contains("meal/meal_1.txt");
        assertThat(reading.leftOut()).isEmpty();
    }

    @Test
    void aFileThatIsGoneOrMayNotBeReadIsListed() throws IOException {
        List<LabelledPicture> pictures = PictureFolder.read(folder, View.WHOLE).pictures();
        Files.delete(folder.resolve("meal/meal_1.jpg"));
        Path denied = folder.resolve("meal/meal_2.jpg");
        Files.setPosixFilePermissions(denied, Set.of());

        List<LeftOut> leftOut = reader().read(pictures, 2).leftOut();

        assertThat(leftOut.get(0).source()).isEqualTo("meal/meal_1.jpg");
        assertThat(leftOut.get(0).reason()).startsWith("it cannot be read: ");
        assumeFalse(Files.isReadable(denied), "this user may read all");
        assertThat(leftOut).containsExactly(
                leftOut.get(0), new LeftOut("meal/meal_2.jpg", "it cannot be read: access is denied"));
    }

    @Test
    void featuresAreOfLengthOneAndTheSameForTheSamePicture() throws IOException {
        Files.copy(folder.resolve("meal/meal_1.jpg"), folder.resolve("meal/again.jpg"));

        List<Example> examples = reader().read(PictureFolder.read(folder, View.WHOLE).pictures(), 1).examples();

        assertThat(examples.get(0).digest()).isEqualTo(examples.get(1).digest());
        assertThat(examples.get(0).unit()).hasSize(576).isEqualTo(examples.get(1).unit());
        for (Example example : examples) {
            double squares = 0;
            for (float feature : example.unit()) {
                squares += (double) feature * feature;
            }
            assertThat(squares).isBetween(1 - 1e-5, 1 + 1e-5);
        }
    }

    @Test
    void filesOfTheSameContentAreDecodedOnce() throws IOException {
        Files.copy(folder.resolve("meal/meal_1.jpg"), folder.resolve("other/again.jpg"));
        Files.writeString(folder.resolve("meal/a.txt"), "no picture");
        Files.writeString(folder.resolve("meal/b.txt"), "no picture");

        ExampleReader.Reading reading = reader().read(PictureFolder.read(folder, View.WHOLE).pictures(), 2);

        Example first = reading.examples().get(0);
        Example again = reading.examples().get(2);
        assertThat(again.source()).isEqualTo("other/again.jpg");
        assertThat(again.label()).isEqualTo("other");
        assertThat(again.unit()).isSameAs(first.unit());
        assertThat(reading.leftOut()).extracting(LeftOut::source).containsExactly("meal/a.txt", "meal/b.txt");
    }

    @Test
    void aPictureThatIsKnownIsNeitherDecodedNorClassified() throws IOException {
        Path file = folder.resolve("meal/meal_1.jpg");
        float[] unit = new float[576];
        unit[7] = 1;
        FeatureFile known = known(file, View.WHOLE, FeatureFile.Network.of(ModelBundle.read(TRIAGE)), unit);
        Files.createDirectories(folder.resolve("dish/monday"));
        Files.move(file, folder.resolve("dish/monday/moved.jpg"));

        ExampleReader.Reading reading = reader().read(PictureFolder.read(folder, View.WHOLE).pictures(), known, 2);

        assertThat(reading.known()).isEqualTo(1);
        assertThat(reading.pictures()).hasSize(6);
        Example moved = reading.examples().get(0);
        assertThat(moved.unit()).isSameAs(unit);
        assertThat(moved.source()).isEqualTo("dish/monday/moved.jpg");
        assertThat(moved.label()).isEqualTo("dish");
        assertThat(moved.group()).contains("monday");
    }

    @Test
    void noNetworkIsLoadedIfAllPicturesAreKnown() throws IOException {
        ModelBundle bundle = ModelBundle.read(SmallBundle.write(folder.resolve("small"), 8, 1, 2));
        Path file = folder.resolve("meal/meal_1.jpg");
        FeatureFile known = known(file, View.WHOLE, FeatureFile.Network.of(bundle), new float[] {1});
        Files.delete(bundle.folder().resolve("net.onnx"));
        LabelledPicture picture = new LabelledPicture(file, "meal_1.jpg", List.of(
                new LabelledView(View.WHOLE, Optional.empty(), "meal", Optional.empty())));

        assertThat(new ExampleReader(bundle, DecodeLimits.DEFAULTS, files -> {}).read(List.of(picture), known, 1)
                .examples()).extracting(Example::unit).containsExactly(new float[] {1});
    }

    @Test
    void featuresOfTheSameReductionAreTaken() throws IOException {
        Path file = folder.resolve("meal/meal_1.jpg");
        ModelBundle bundle = ModelBundle.read(TRIAGE);
        FeatureFile known = known(file, View.WHOLE, FeatureFile.Network.of(bundle, Reduction.AUTO), new float[576]);
        List<LabelledPicture> pictures = PictureFolder.read(folder, View.WHOLE).pictures();

        assertThat(new ExampleReader(bundle, DecodeLimits.DEFAULTS, Reduction.AUTO, files -> {})
                .read(pictures, known, 2).known()).isEqualTo(1);
    }

    @Test
    void featuresOfAnotherViewOrAnotherNetworkAreNotTaken() throws IOException {
        Path file = folder.resolve("meal/meal_1.jpg");
        FeatureFile.Network network = FeatureFile.Network.of(ModelBundle.read(TRIAGE));
        float[] unit = new float[576];
        unit[7] = 1;
        List<LabelledPicture> pictures = PictureFolder.read(folder, View.WHOLE).pictures();
        ExampleReader.Reading anew = reader().read(pictures, 2);

        for (FeatureFile other : List.of(
                known(file, new View.Region(RegionBox.WHOLE), network, unit),
                known(file, View.WHOLE, new FeatureFile.Network("ab".repeat(32), network.preprocessing()), unit),
                known(file, View.WHOLE, new FeatureFile.Network(network.backboneDigest(), "otherwise"), unit),
                known(file, View.WHOLE, FeatureFile.Network.of(ModelBundle.read(TRIAGE), Reduction.AUTO), unit))) {
            ExampleReader.Reading reading = reader().read(pictures, other, 2);

            assertThat(reading.known()).isZero();
            assertThat(reading.examples().get(0).unit()).isEqualTo(anew.examples().get(0).unit());
        }
    }

    private static FeatureFile known(Path file, View view, FeatureFile.Network network, float[] unit)
            throws IOException {
        String digest = Sha256.of(file);
        return new FeatureFile(network, List.of(new FeatureFile.Entry(digest, view, new Example("old", "old",
                Optional.empty(), Example.digest(digest, view), new ImageFingerprint(new byte[256]), unit))));
    }

    @Test
    void aHeadHasTheSameBitsForAnyOrderAndAnyNumberOfThreads() {
        List<LabelledPicture> pictures = new ArrayList<>(PictureFolder.read(folder, View.WHOLE).pictures());
        List<String> digests = new ArrayList<>();
        for (int threads : new int[] {1, 2, 4}) {
            Collections.shuffle(pictures, new Random(threads));
            TeachingSet set = TeachingSet.of(reader().read(pictures, threads).examples());
            digests.add(Teaching.teach(set, new Teaching.Request("triage", ModelBundle.read(TRIAGE).digest(),
                    Instant.EPOCH), List.of(), threads).head().digest());
        }

        assertThat(digests).containsOnly(digests.get(0));
    }

    @Test
    void aHeadHasTheSameBitsFromARenamedFolderWithKnownFeaturesAndWithout() throws IOException {
        ExampleReader.Reading first = reader().read(PictureFolder.read(folder, View.WHOLE).pictures(), 1);
        FeatureFile.Network network = FeatureFile.Network.of(ModelBundle.read(TRIAGE));
        Path file = Files.createDirectories(folder.resolve("kept")).resolve(FeatureFile.NAME);
        new FeatureFile(network, first.pictures().subList(0, 3)).writeTo(file);
        Path renamed = folder.resolve("kept/renamed");
        for (LabelledPicture picture : PictureFolder.read(folder, View.WHOLE).pictures()) {
            if (!picture.source().startsWith("kept")) {
                Path label = Files.createDirectories(renamed.resolve(picture.views().get(0).label()));
                Files.copy(picture.file(), label.resolve(Sha256.of(picture.source()) + ".jpg"));
            }
        }
        List<LabelledPicture> pictures = PictureFolder.read(renamed, View.WHOLE).pictures();
        ExampleReader.Reading again = reader().read(pictures, FeatureFile.read(file), 2);

        assertThat(again.known()).isEqualTo(3);
        assertThat(pictures).extracting(LabelledPicture::source)
                .doesNotContainAnyElementsOf(first.examples().stream().map(Example::source).toList());
        assertThat(head(again.examples(), 2)).isEqualTo(head(first.examples(), 1));
        assertThat(head(reader().read(pictures, 4).examples(), 4)).isEqualTo(head(first.examples(), 1));
    }

    private static Head head(List<Example> examples, int threads) {
        return Teaching.teach(TeachingSet.of(examples), new Teaching.Request("triage", "ab".repeat(32), Instant.EPOCH),
                List.of(), threads).head();
    }

    @Test
    void eachRegionIsAnExampleOfItsOwn() {
        LabelledPicture picture = new LabelledPicture(folder.resolve("meal/meal_1.jpg"), "meal_1.jpg", List.of(
                new LabelledView(new View.Region(new RegionBox(0, 0, 0.5, 1)), Optional.of("left"), "a",
                        Optional.empty()),
                new LabelledView(new View.Region(new RegionBox(0.5, 0, 0.5, 1)), Optional.of("right"), "b",
                        Optional.empty())));

        List<Example> examples = reader().read(List.of(picture), 1).examples();

        assertThat(examples).extracting(Example::source).containsExactly("meal_1.jpg left", "meal_1.jpg right");
        assertThat(examples.get(0).digest()).isNotEqualTo(examples.get(1).digest());
        assertThat(examples.get(0).unit()).isNotEqualTo(examples.get(1).unit());
    }

    @Test
    void progressReachesTheNumberOfFiles() {
        AtomicInteger most = new AtomicInteger();

        new ExampleReader(ModelBundle.read(TRIAGE), DecodeLimits.DEFAULTS,
                files -> most.accumulateAndGet(files, Math::max)).read(PictureFolder.read(folder, View.WHOLE).pictures(), 2);

        assertThat(most).hasValue(6);
    }

    @Test
    void noPicturesAreNoExamples() {
        assertThat(reader().read(List.of(), 2)).isEqualTo(new ExampleReader.Reading(List.of(), List.of(), 0));
    }

    @Test
    void aNetworkThatCannotBeLoadedEndsTheReading() throws IOException {
        List<LabelledPicture> pictures = PictureFolder.read(folder, View.WHOLE).pictures();
        ModelBundle bundle = ModelBundle.read(SmallBundle.write(folder.resolve("small"), 8, 1, 2));
        Files.delete(bundle.folder().resolve("net.onnx"));

        assertThatThrownBy(() -> new ExampleReader(bundle, DecodeLimits.DEFAULTS, files -> {}).read(pictures, 2))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("net.onnx");
    }
}
