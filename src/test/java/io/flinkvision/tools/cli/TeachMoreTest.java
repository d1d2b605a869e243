package io.flinkvision.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.core.head.Head;
import io.flinkvision.core.image.RegionBox;
import io.flinkvision.core.image.View;
import io.flinkvision.core.teach.FeatureFile;
import io.flinkvision.core.teach.RegionFile;
import io.flinkvision.core.weights.SafetensorsFile;
import io.flinkvision.core.weights.StateDict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pictures that were taught are known when they are taught again, or more is taught. */
class TeachMoreTest {

    @TempDir
    Path folder;

    private final DrawnPictures drawn = new DrawnPictures();

    private Path pictures;
    private Path head;
    private Path features;

    @BeforeEach
    void draw() throws IOException {
        pictures = folder.resolve("gate");
        head = folder.resolve("gate.head.safetensors");
        features = folder.resolve("gate.features.safetensors");
        drawn.bars(pictures.resolve("open"), 6);
        drawn.discs(pictures.resolve("shut"), 7);
    }

    private CommandRun teach(String... options) {
        return run(Stream.concat(Stream.of(pictures.toString(), "--output", head.toString(), "--force"),
                Stream.of(options)));
    }

    private static CommandRun run(Stream<String> arguments) {
        return CommandRun.of(Stream.concat(Stream.of("teach"), arguments).toArray(String[]::new));
    }

    private CommandRun more(Path more, String... options) {
        return run(Stream.concat(Stream.of(head.toString(), "--more", more.toString()), Stream.of(options)));
    }

    private static void delete(Path tree) throws IOException {
        try (Stream<Path> files = Files.walk(tree)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private List<String> kept() {
        return FeatureFile.read(features).entries().stream().map(entry -> entry.example().source()).toList();
    }

    @Test
    void picturesAreKnownWhenTheyAreTaughtAgainAndThoseThatAreGoneAreForgotten() throws IOException {
        assertThat(teach().err()).contains("Read 13 files in ").doesNotContain("known");
        assertThat(kept()).hasSize(13);
        float[] weights = FeatureFile.read(features).entries().get(1).example().unit();
        Files.delete(pictures.resolve("open/0.png"));
        Files.move(pictures.resolve("open/1.png"), pictures.resolve("shut/was open.png"));

        CommandRun again = teach();

        assertThat(again.exitCode()).as(again.err()).isZero();
        assertThat(again.err()).contains("; the features of 12 pictures were known.");
        assertThat(again.lines().get(0)).isEqualTo("gate: 2 labels, 12 pictures, 12 different ones");
        assertThat(kept()).hasSize(12).contains("shut/was open.png").doesNotContain("open/0.png", "open/1.png");
        assertThat(FeatureFile.read(features).entries().get(11).example().unit()).isEqualTo(weights);
    }

    @Test
    void featuresOfADamagedFileAreComputedAnew() throws IOException {
        Files.writeString(features, "no features");

        CommandRun run = teach();

        assertThat(run.exitCode()).isZero();
        assertThat(run.err()).contains("All features are computed anew: " + features + ": ");
        assertThat(kept()).hasSize(13);
    }

    @Test
    void theHeadIsCompleteWhereFeaturesCannotBeKept() throws IOException {
        Files.createDirectories(features.resolve("in the way"));

        CommandRun run = teach();

        assertThat(run.exitCode()).isZero();
        assertThat(run.err()).contains("The features of the pictures could not be kept in " + features + ": ");
        assertThat(Head.read(head).description().pictures()).isEqualTo(13);
    }

    @Test
    void aHeadLearnsMoreWithoutItsOldPictures() throws IOException {
        teach("--name", "the gate");
        delete(pictures);
        Path more = folder.resolve("more");
        drawn.bars(more.resolve("open"), 3);
        drawn.discs(more.resolve("half"), 5);

        CommandRun run = more(more);

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.lines().get(0)).isEqualTo("the gate: 3 labels, 21 pictures, 21 different ones");
        assertThat(Head.read(head).description().name()).isEqualTo("the gate");
        assertThat(Head.read(head).description().labels()).containsExactly("half", "open", "shut");
        assertThat(kept()).hasSize(21);
        delete(more);
        drawn.discs(more.resolve("shut"), 2);
        assertThat(more(more).lines().get(0)).startsWith("the gate: 3 labels, 23 pictures");
    }

    @Test
    void whatIsTaughtInTwoStepsIsTheSameAsTaughtAtOnce() throws IOException {
        teach();
        Path more = folder.resolve("more");
        drawn.bars(more.resolve("open/later"), 3);
        drawn.discs(more.resolve("shut/later"), 4);
        more(more);
        StateDict inTwoSteps = tensors();
        Files.move(more.resolve("open/later"), pictures.resolve("open/later"));
        Files.move(more.resolve("shut/later"), pictures.resolve("shut/later"));
        Files.delete(features);

        teach();

        for (String tensor : List.of("weight", "bias", "centroids")) {
            assertThat(tensors().floats(tensor)).as(tensor).isEqualTo(inTwoSteps.floats(tensor));
        }
    }

    private StateDict tensors() throws IOException {
        return SafetensorsFile.read("head", Files.readAllBytes(head)).tensors();
    }

    @Test
    void aPictureThatComesAgainHasItsLaterLabel() throws IOException {
        teach();
        Path more = folder.resolve("more");
        Files.createDirectories(more.resolve("shut"));
        Files.copy(pictures.resolve("open/0.png"), more.resolve("shut/right.png"));

        CommandRun run = more(more);

        assertThat(run.lines().get(0)).startsWith("gate: 2 labels, 13 pictures");
        assertThat(run.err()).contains("the features of 1 pictures were known");
        assertThat(kept()).hasSize(13).contains("shut/right.png").doesNotContain("open/0.png");
    }

    @Test
    void anotherFileIsWrittenIfItIsNamed() throws IOException {
        teach();
        byte[] before = Files.readAllBytes(head);
        Path more = folder.resolve("more");
        drawn.bars(more.resolve("open"), 1);
        Path other = folder.resolve("other.head.safetensors");

        assertThat(more(more, "--output", other.toString()).exitCode()).isZero();

        assertThat(Files.readAllBytes(head)).isEqualTo(before);
        assertThat(kept()).hasSize(13);
        assertThat(Head.read(other).description().pictures()).isEqualTo(14);
        assertThat(FeatureFile.read(folder.resolve("other.features.safetensors")).entries()).hasSize(14);
    }

    @Test
    void moreIsRefusedWithoutTheFeaturesOrWithOthers() throws IOException {
        Path more = folder.resolve("more");
        drawn.bars(more.resolve("open"), 2);
        teach();
        byte[] before = Files.readAllBytes(head);
        FeatureFile kept = FeatureFile.read(features);

        new FeatureFile(new FeatureFile.Network("ab".repeat(32), ""), kept.entries()).writeTo(features);
        assertRefused(more, features + " has features of the network with the SHA-256 " + "ab".repeat(32));
        new FeatureFile(new FeatureFile.Network(kept.network().backboneDigest(), "otherwise"), kept.entries())
                .writeTo(features);
        assertRefused(more, "has features of pictures that were prepared as otherwise, but now");
        new FeatureFile(kept.network(), kept.entries().stream()
                .map(it -> new FeatureFile.Entry(it.fileDigest(), View.WHOLE, it.example())).toList())
                .writeTo(features);
        assertRefused(more, "has features of whole pictures, as of open/0.png, but the pictures that come are regions");
        Files.delete(features);
        assertRefused(more, "The features of the pictures of " + head + " are not there: " + features
                + " is missing; teach from all pictures together");
        assertThat(Files.readAllBytes(head)).isEqualTo(before);
    }

    private void assertRefused(Path more, String reason) {
        CommandRun run = more(more);
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains(reason).doesNotContain("Unexpected");
    }

    @Test
    void featuresOfARegionsFramesAreBesideThem() throws IOException {
        new RegionFile("cam-7", "gate", new RegionBox(0, 0, 0.5, 1)).writeTo(pictures);

        assertThat(teach().exitCode()).isZero();

        assertThat(features).doesNotExist();
        assertThat(FeatureFile.read(pictures.resolve(FeatureFile.NAME)).entries())
                .extracting(FeatureFile.Entry::view)
                .containsOnly(new View.Region(new RegionBox(0, 0, 0.5, 1)));
        CommandRun again = teach();
        assertThat(again.err()).contains("the features of 13 pictures were known");
        assertThat(again.out()).doesNotContain("Left out");
    }
}
