package io.flinkvision.tools.teach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.head.Head;
import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.core.image.ImageFormat;
import io.flinkvision.core.image.RawFormat;
import io.flinkvision.core.image.RawPicture;
import io.flinkvision.core.image.Reduction;
import io.flinkvision.core.image.RegionBox;
import io.flinkvision.core.image.View;
import io.flinkvision.core.teach.Example;
import io.flinkvision.core.teach.ExampleReader;
import io.flinkvision.core.teach.PictureFolder;
import io.flinkvision.core.teach.Teaching;
import io.flinkvision.core.teach.TeachingSet;
import io.flinkvision.job.pipeline.JobHarness;
import io.flinkvision.tools.teach.Explanation.Neighbour;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BoxNetworkTest {

    private static final ModelBundle BUNDLE = ModelBundle.read(Path.of("conf/models/triage"));

    private final BoxNetwork network = new BoxNetwork(BUNDLE, DecodeLimits.DEFAULTS, Reduction.DEFAULT);

    @AfterEach
    void close() {
        network.close();
    }

    private Example example(String label, byte[] picture) {
        BoxFeatures features = network.features(picture, GatePictures.BOX).orElseThrow();
        return new Example(label + "/" + features.fileDigest() + ".jpg", label, Optional.empty(),
                Example.digest(features.fileDigest(), new View.Region(GatePictures.BOX)), features.fingerprint(),
                features.unit());
    }

    private List<Example> taught() {
        List<Example> taught = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            taught.add(example("open", GatePictures.open(i)));
            taught.add(example("shut", GatePictures.shut(i + 100)));
        }
        return taught;
    }

    private static Head head(List<Example> taught) {
        return Teaching.teach(TeachingSet.of(taught),
                new Teaching.Request("gate", BUNDLE.digest(), Instant.EPOCH), List.of(), 1).head();
    }

    @Test
    void aBoxHasTheFeaturesThatTeachingWouldGiveIt(@TempDir Path folder) throws IOException {
        assertSameFeatures(network, Reduction.DEFAULT, GatePictures.open(1), GatePictures.BOX, folder);
    }

    @Test
    void soHasABoxOfALargePicture(@TempDir Path folder) throws IOException {
        byte[] picture = JobHarness.largePicture();
        RegionBox box = new RegionBox(0.1, 0.1, 0.9, 0.9);
        try (BoxNetwork whole = new BoxNetwork(BUNDLE, DecodeLimits.DEFAULTS, Reduction.NONE);
                BoxNetwork reducing = new BoxNetwork(BUNDLE, DecodeLimits.DEFAULTS, Reduction.AUTO)) {
            assertSameFeatures(reducing, Reduction.AUTO, picture, box, folder);
            assertThat(whole.features(picture, box).orElseThrow().unit())
                    .isNotEqualTo(reducing.features(picture, box).orElseThrow().unit());
        }
    }

    private static void assertSameFeatures(
            BoxNetwork network, Reduction reduction, byte[] picture, RegionBox box, Path folder) throws IOException {
        Files.write(Files.createDirectory(folder.resolve("open")).resolve("a.jpg"), picture);
        Example read = new ExampleReader(BUNDLE, DecodeLimits.DEFAULTS, reduction, files -> {})
                .read(PictureFolder.read(folder, new View.Region(box)).pictures(), 1).examples().get(0);

        BoxFeatures features = network.features(picture, box).orElseThrow();

        assertThat(features.unit()).containsExactly(read.unit());
        assertThat(features.fingerprint()).isEqualTo(read.fingerprint());
        assertThat(Example.digest(features.fileDigest(), new View.Region(box))).isEqualTo(read.digest());
    }

    @Test
    void aFileOfRawPixelsIsTakenWhateverFormatsTheJobAllows() {
        byte[] png = new RawPicture(new byte[32 * 32], 32, 32, RawFormat.GRAY8).toPng();
        DecodeLimits defaults = DecodeLimits.DEFAULTS;
        try (BoxNetwork narrow = new BoxNetwork(BUNDLE, new DecodeLimits(defaults.maxBytes(), defaults.maxPixels(),
                defaults.maxSide(), EnumSet.of(ImageFormat.BMP), defaults.truncation()), Reduction.AUTO)) {
            assertThat(narrow.features(png, RegionBox.WHOLE)).isPresent();
            assertThat(narrow.features(GatePictures.open(1), RegionBox.WHOLE)).isEmpty();
        }
    }

    @Test
    void whatIsNoPictureHasNoFeatures() {
        assertThat(network.features(new byte[] {1, 2, 3}, RegionBox.WHOLE)).isEmpty();
        assertThat(network.explain(new byte[0], RegionBox.WHOLE, head(taught()), List.of())).isEmpty();
    }

    @Test
    void anAnswerIsExplainedByWhatTheHeadSaysAndTheMostSimilarPictures() {
        List<Example> taught = taught();

        Explanation explanation =
                network.explain(GatePictures.open(50), GatePictures.BOX, head(taught), taught).orElseThrow();

        assertThat(explanation.label()).isEqualTo("open");
        assertThat(explanation.score()).isGreaterThan(0.5f);
        assertThat(explanation.unknown()).isFalse();
        assertThat(explanation.neighbours()).hasSize(3).extracting(Neighbour::label).containsOnly("open");
        assertThat(explanation.neighbours()).extracting(Neighbour::distance).isSorted()
                .allMatch(distance -> distance > 0 && distance < 1);
    }

    @Test
    void aTaughtPictureIsNoNeighbourOfItsOwn() {
        List<Example> taught = taught();
        byte[] picture = GatePictures.open(3);
        String source = example("open", picture).source();
        assertThat(taught).extracting(Example::source).contains(source);

        Explanation explanation = network.explain(picture, GatePictures.BOX, head(taught), taught).orElseThrow();

        assertThat(explanation.neighbours()).hasSize(3).extracting(Neighbour::source).doesNotContain(source);
    }

    @Test
    void itIsHottestWhereTheGateIs() {
        List<Example> taught = taught();
        Head head = head(taught);

        for (byte[] picture : List.of(GatePictures.open(50), GatePictures.shut(50))) {
            float[][] heat = network.explain(picture, GatePictures.BOX, head, taught).orElseThrow().heat();

            assertThat(heat).hasNumberOfRows(7);
            int hottest = 0;
            double sum = 0;
            for (int part = 0; part < 49; part++) {
                sum += heat[part / 7][part % 7];
                hottest = heat[part / 7][part % 7] > heat[hottest / 7][hottest % 7] ? part : hottest;
            }
            // The gate is at 0.625 to 0.94 of the box's width, and at 0.25 to 0.75 of its height.
            assertThat(hottest % 7).as("column").isBetween(4, 6);
            assertThat(hottest / 7).as("row").isBetween(1, 5);
            // A cover takes evidence away.
            assertThat(sum).isPositive();
        }
    }

    @Test
    void afterItsEndItSeesNothing() {
        network.features(GatePictures.open(1), GatePictures.BOX);
        network.close();
        network.close();

        assertThatThrownBy(() -> network.features(GatePictures.open(1), GatePictures.BOX))
                .isInstanceOf(IllegalStateException.class);
    }
}
