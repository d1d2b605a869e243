package io.flinkvision.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.flinkvision.core.bundle.SmallBundle;
import io.flinkvision.core.head.Head;
import io.flinkvision.core.teach.FeatureFile;
import io.flinkvision.core.weights.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code vision teach --augment}: further views are taught, and the report is about the pictures. */
class TeachAugmentTest {

    @TempDir
    Path folder;

    @AutoClose
    private TemporaryHome home;

    private final DrawnPictures drawn = new DrawnPictures();

    private Path pictures;
    private Path more;

    @BeforeEach
    void draw() throws IOException {
        home = new TemporaryHome(Files.createDirectory(folder.resolve("home")));
        SmallBundle.write(home.models().resolve("small"), 32, 1, 2);
        pictures = folder.resolve("gate");
        more = folder.resolve("more");
        drawn.bars(pictures.resolve("open"), 6);
        drawn.discs(pictures.resolve("shut"), 7);
        drawn.bars(more.resolve("open"), 3);
        drawn.discs(more.resolve("half"), 5);
    }

    private static CommandRun teach(Object... arguments) {
        return CommandRun.of(Stream.concat(Stream.of("teach"), Stream.of(arguments).map(Object::toString))
                .toArray(String[]::new));
    }

    /** Teaches a model of this name, on the network that comes with the project. */
    private JsonNode model(String name, Object... options) {
        CommandRun run = teach(Stream.concat(
                Stream.of(pictures, "--json", "--name", name), Stream.of(options)).toArray());
        assertThat(run.exitCode()).as(run.err()).isZero();
        return run.json().get(0);
    }

    private float[] weightOfModel(String name) throws IOException {
        return weight(home.models().resolve(name).resolve("head.safetensors"));
    }

    private static float[] weight(Path head) throws IOException {
        return SafetensorsFile.read("head", Files.readAllBytes(head)).tensors().floats("weight");
    }

    private List<FeatureFile.Entry> keptOfModel(String name) {
        return FeatureFile.read(home.models().resolve(name + ".features.safetensors")).entries();
    }

    @Test
    void furtherViewsAreTaughtAndOnlyPicturesAreReportedAndKept() throws IOException {
        model("plain");
        model("flipped", "--augment", "flip");

        JsonNode report = model("augmented", "--augment", "crop,flip");

        assertThat(weightOfModel("flipped")).isNotEqualTo(weightOfModel("plain"));
        assertThat(weightOfModel("augmented")).isNotEqualTo(weightOfModel("plain"))
                .isNotEqualTo(weightOfModel("flipped"));
        assertThat(report.get("pictures").intValue()).isEqualTo(13);
        assertThat(report.at("/labels/0/pictures").intValue()).isEqualTo(6);
        assertThat(report.at("/labels/1/pictures").intValue()).isEqualTo(7);
        assertThat(report.get("copies").intValue()).isZero();
        assertThat(IntStream.range(0, 4)
                .map(i -> report.at("/measured/confusion/" + i / 2 + "/" + i % 2).intValue()).sum()).isEqualTo(13);
        assertThat(keptOfModel("augmented")).usingRecursiveComparison().isEqualTo(keptOfModel("plain"));
    }

    @Test
    void allPicturesAreDecodedAgainAndTaughtAsTheyAreTheNextTime() throws IOException {
        teach(pictures, "--backbone", "small");
        float[] before = weightOfModel("gate");

        CommandRun augmented = teach(pictures, "--backbone", "small", "--force", "--augment", "crop");

        assertThat(augmented.err()).contains("Read 13 files in ").doesNotContain("were known");
        assertThat(weightOfModel("gate")).isNotEqualTo(before);
        CommandRun again = teach(pictures, "--backbone", "small", "--force");
        assertThat(again.err()).contains("the features of 13 pictures were known");
        assertThat(weightOfModel("gate")).isEqualTo(before);
    }

    @Test
    void aHeadOfRegionsIsTaughtFurtherViewsToo() throws IOException {
        Path plain = folder.resolve("plain.head.safetensors");
        Path augmented = folder.resolve("augmented.head.safetensors");
        teach(pictures, "--backbone", "small", "--output", plain);

        CommandRun run = teach(pictures, "--backbone", "small", "--output", augmented, "--augment", "crop,flip");

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.lines().get(0)).isEqualTo("gate: 2 labels, 13 pictures, 13 different ones");
        assertThat(Head.read(augmented).description().pictures()).isEqualTo(13);
        assertThat(weight(augmented)).isNotEqualTo(weight(plain));
    }

    @Test
    void aModelLearnsFurtherViewsOfThePicturesThatComeToo() throws IOException {
        teach(pictures, "--backbone", "small");
        teach("gate", "--more", more, "--name", "plain");

        CommandRun run = teach("gate", "--more", more, "--name", "augmented", "--augment", "flip,crop");

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.lines().get(0)).isEqualTo("augmented: 3 labels, 21 pictures, 21 different ones");
        assertThat(keptOfModel("augmented")).usingRecursiveComparison().isEqualTo(keptOfModel("plain"));
        assertThat(weightOfModel("augmented")).isNotEqualTo(weightOfModel("plain"));
    }

    @Test
    void aHeadLearnsFurtherViewsOfThePicturesThatComeToo() throws IOException {
        Path head = folder.resolve("gate.head.safetensors");
        Path plain = folder.resolve("plain.head.safetensors");
        Path augmented = folder.resolve("augmented.head.safetensors");
        teach(pictures, "--backbone", "small", "--output", head);
        teach(head, "--backbone", "small", "--more", more, "--output", plain);

        CommandRun run =
                teach(head, "--backbone", "small", "--more", more, "--output", augmented, "--augment", "crop,flip");

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.lines().get(0)).isEqualTo("gate: 3 labels, 21 pictures, 21 different ones");
        assertThat(weight(augmented)).isNotEqualTo(weight(plain));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rotate", "crop,", "flip,flip", ""})
    void saysWhichViewsThereAre(String views) {
        CommandRun run = teach(pictures, "--backbone", "small", "--augment", views);

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("--augment", "must be crop, flip or crop,flip, not '" + views + "'");
        assertThat(home.models().resolve("gate")).doesNotExist();
    }

    @Test
    void anOrdinaryCheckpointIsTaughtPicturesAsTheyAre() {
        CommandRun run = teach(pictures, "--backbone", "small", "--plain", "--augment", "flip");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("--augment is not for --plain; leave one of them out").doesNotContain("Read ");
        assertThat(home.models().resolve("gate")).doesNotExist();
    }

    @Test
    void moreViewsThanFitIntoMemoryAreRefusedBeforePicturesAreRead() throws IOException {
        for (int i = 0; i < 1_654; i++) {
            Files.createFile(pictures.resolve("open/empty " + i + ".png"));
        }

        CommandRun run = teach(pictures, "--backbone", "small", "--augment", "crop,flip");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("There are 1667 pictures with 12 views each", "teach without --augment")
                .doesNotContain("Read ", "Unexpected");
        assertThat(home.models().resolve("gate")).doesNotExist();
    }
}
