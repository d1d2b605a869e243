package io.flinkvision.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.flinkvision.core.bundle.ModelBundle.Weights;
import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.bundle.OnnxMetadata;
import io.flinkvision.core.bundle.SmallBundle;
import io.flinkvision.core.head.Backbone;
import io.flinkvision.core.head.Head;
import io.flinkvision.core.image.View;
import io.flinkvision.core.teach.FeatureFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code vision teach} without a region: a model of its own. */
class TeachModelTest {

    @TempDir
    Path folder;

    @AutoClose
    private TemporaryHome home;

    private final DrawnPictures drawn = new DrawnPictures();

    private Path pictures;

    @BeforeEach
    void draw() throws IOException {
        home = new TemporaryHome(Files.createDirectory(folder.resolve("home")));
        pictures = folder.resolve("gate");
        drawn.bars(pictures.resolve("open"), 8);
        drawn.discs(pictures.resolve("shut"), 7);
    }

    private CommandRun teach(String... options) {
        return CommandRun.of(Stream.concat(Stream.of("teach", pictures.toString()), Stream.of(options))
                .toArray(String[]::new));
    }

    private Path gate() {
        return home.models().resolve("gate");
    }

    private Path testPictures() throws IOException {
        drawn.bars(folder.resolve("test/open"), 6);
        drawn.discs(folder.resolve("test/shut"), 6);
        return folder.resolve("test");
    }

    @Test
    void writesAModelThatOtherCommandsTakeByItsName() throws IOException {
        CommandRun run = teach();

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).contains("gate: 2 labels, 15 pictures", "accuracy           100.0 %");
        assertThat(run.err()).contains("Taught 2 labels in ", "gives every whole picture one of its labels",
                "Wrote " + gate() + "; its name in commands and jobs is gate");
        assertThat(home.names()).containsExactly("gate", "gate.features.safetensors", "triage");
        ModelBundle gate = ModelBundle.read(gate());
        assertThat(gate.labels()).containsExactly("open", "shut");
        CommandRun check = CommandRun.of("model", "check", "gate", "--images", testPictures().toString());
        assertThat(check.exitCode()).as(check.err()).isZero();
        assertThat(check.out()).contains("top-1  100.0 %  12 of 12");
        CommandRun classify = CommandRun.of(
                "classify", "--model", "gate", "--json", folder.resolve("test/shut/0.png").toString());
        assertThat(classify.out()).as(classify.err()).contains("\"shut\"");
        assertThat(CommandRun.of("model", "remove", "gate").exitCode()).isZero();
        assertThat(home.names()).containsExactly("triage");
    }

    @Test
    void saysOfTheModelWhatItWasTaughtFrom() {
        teach();
        ModelBundle gate = ModelBundle.read(gate());
        String network = "MobileNetV3-Small x1.0 (torchvision), 2 classes, taught from 15 pictures, 100.0 % right when"
                + " held out";

        assertThat(CommandRun.of("model", "list").lines())
                .contains("gate    " + network + ", 224 x 224, sha256 " + gate.digest().substring(0, 12));
        CommandRun inspect = CommandRun.of("model", "inspect", "gate");
        assertThat(inspect.lines().get(0)).isEqualTo("gate: " + network);
        // The last rows are the pooling and the head: 576 x 2 weights and 2 biases.
        assertThat(inspect.lines().get(inspect.lines().size() - 3)).contains("linear").endsWith("1,152")
                .contains("1,154");
        JsonNode json = CommandRun.of("model", "inspect", "gate", "--json").json().get(0);
        assertThat(json.get("digest").textValue()).isEqualTo(gate.digest());
        assertThat(json.at("/taught/backboneDigest").textValue())
                .isEqualTo(ModelBundle.read(home.models().resolve("triage")).digest());
        assertThat(json.at("/taught/pictures").intValue()).isEqualTo(15);
        assertThat(json.at("/taught/accuracy").doubleValue()).isEqualTo(1);
        assertThat(json.at("/layers").get(json.at("/layers").size() - 1).get("output").intValue()).isEqualTo(2);
        assertThat(CommandRun.of("model", "inspect", "triage", "--json").json().get(0).has("taught")).isFalse();
    }

    @Test
    void exportsBackboneAndHeadAsOneModelThatCanBeImported() {
        teach();
        Path onnx = folder.resolve("gate.onnx");

        assertThat(CommandRun.of("model", "export", "gate", onnx.toString()).exitCode()).isZero();

        assertThat(CommandRun.of("model", "import", onnx.toString(), "--name", "again").exitCode()).isZero();
        ModelBundle again = ModelBundle.read(home.models().resolve("again"));
        assertThat(again.labels()).containsExactly("open", "shut");
        assertThat(again.preprocessing()).isEqualTo(ModelBundle.read(gate()).preprocessing());
        assertThat(OnnxMetadata.export(again)).isNotEmpty();
    }

    @Test
    void teachesWholePicturesAndKeepsTheirFeaturesInTheBundle() throws IOException {
        teach();

        FeatureFile features = FeatureFile.read(gate().resolveSibling("gate.features.safetensors"));
        assertThat(features.entries()).hasSize(15).allSatisfy(entry -> assertThat(entry.view()).isEqualTo(View.WHOLE));
        CommandRun again = teach("--force");
        assertThat(again.exitCode()).isZero();
        assertThat(again.err()).contains("the features of 15 pictures were known");
    }

    @Test
    void teachesAModelAnewThatWasTaughtBefore() throws IOException {
        teach();
        drawn.bars(folder.resolve("other/yes"), 6);
        drawn.discs(folder.resolve("other/no"), 6);

        CommandRun run = CommandRun.of("teach", folder.resolve("other").toString(), "--backbone", "gate");

        assertThat(run.exitCode()).as(run.err()).isZero();
        ModelBundle other = ModelBundle.read(home.models().resolve("other"));
        assertThat(other.labels()).containsExactly("no", "yes");
        assertThat(other.backboneDigest()).isEqualTo(ModelBundle.read(gate()).backboneDigest());
    }

    @Test
    void writesAHeadWhereAFileIsNamed() throws IOException {
        Path file = folder.resolve("gate.safetensors");

        assertThat(teach("--output", file.toString()).exitCode()).isZero();

        assertThat(home.names()).containsExactly("triage");
        Head head = Head.read(file);
        head.requireTaughtOn(Backbone.of(ModelBundle.read(home.models().resolve("triage"))));
    }

    @Test
    void tellsProgramsTheFolderAndTheDigestOfTheModel() {
        JsonNode report = teach("--json").json().get(0);

        assertThat(report.get("file").textValue()).isEqualTo(gate().toString());
        assertThat(report.get("digest").textValue()).isEqualTo(ModelBundle.read(gate()).digest());
        assertThat(report.get("name").textValue()).isEqualTo("gate");
    }

    @Test
    void refusesANameThatIsTakenUnlessItIsToReplaceIt() {
        teach();
        String before = ModelBundle.read(gate()).digest();

        CommandRun refused = teach();

        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.err()).startsWith("There is a model gate already").doesNotContain("Read 15");
        assertThat(ModelBundle.read(gate()).digest()).isEqualTo(before);
    }

    @Test
    void refusesANameThatNoModelHas() {
        CommandRun run = teach("--name", "Tor süd");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("'Tor süd' does not; give another one with --name");
    }

    @Test
    void leavesNothingWhereNothingCanBeTaught() throws IOException {
        for (int i = 0; i < 7; i++) {
            Files.writeString(pictures.resolve("shut/" + i + ".png"), "no picture");
        }

        CommandRun run = teach();

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("shut/0.png: ", "all pictures have the label 'open'");
        assertThat(home.names()).containsExactly("triage");
    }

    @Test
    void writesAnOrdinaryCheckpointOfTheFamily() throws IOException {
        CommandRun run = teach("--plain");

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).contains("accuracy           100.0 %");
        ModelBundle gate = ModelBundle.read(gate());
        assertThat(((Weights.Tensors) gate.weights()).network().variant().classes()).isEqualTo(2);
        assertThat(CommandRun.of("model", "check", "gate", "--images", testPictures().toString()).out())
                .contains("top-1  100.0 %  12 of 12");
        CommandRun imported = CommandRun.of(
                "model", "import", gate().resolve("model.safetensors").toString(), "--name", "again");
        assertThat(imported.exitCode()).as(imported.err()).isZero();
    }

    @Test
    void writesNoOrdinaryCheckpointOfAnOnnxModelOrForARegion() {
        SmallBundle.write(home.models().resolve("small"), 32, 1, 2);

        CommandRun ofOnnx = teach("--plain", "--backbone", "small");

        assertThat(ofOnnx.exitCode()).isEqualTo(1);
        assertThat(ofOnnx.err()).startsWith("small is an ONNX model").doesNotContain("Read 15");
        for (List<String> options : List.of(List.of("--region", "cam-7/gate"), List.of("--output", "gate.safetensors"))) {
            CommandRun ofHead = teach(Stream.concat(Stream.of("--plain"), options.stream()).toArray(String[]::new));
            assertThat(ofHead.exitCode()).isEqualTo(2);
            assertThat(ofHead.err()).contains("--plain is for a model, not for a head");
        }
        assertThat(folder.resolve("gate.safetensors")).doesNotExist();
    }

    @Test
    void teachesOnAnOnnxModel() {
        SmallBundle.write(home.models().resolve("small"), 32, 1, 2);

        CommandRun run = teach("--backbone", "small");

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(CommandRun.of("model", "inspect", "gate").lines().get(0))
                .startsWith("gate: ONNX model, 2 classes, taught from 15 pictures");
        JsonNode json = CommandRun.of("model", "inspect", "gate", "--json").json().get(0);
        assertThat(json.get("scores").textValue()).isEqualTo("logits");
        assertThat(json.at("/outputs/0/shape/1").intValue()).isEqualTo(2);
    }
}
