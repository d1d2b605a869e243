package io.flinkvision.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.bundle.SmallBundle;
import io.flinkvision.core.image.RegionBox;
import io.flinkvision.core.teach.FeatureFile;
import io.flinkvision.core.teach.RegionFile;
import io.flinkvision.core.weights.SafetensorsFile;
import io.flinkvision.core.weights.StateDict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code vision teach MODEL --more DIR}. */
class TeachMoreOfModelTest {

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
        drawn.discs(pictures.resolve("shut"), 6);
        drawn.bars(more.resolve("open"), 3);
        drawn.discs(more.resolve("half"), 5);
    }

    private static CommandRun teach(Object... arguments) {
        return CommandRun.of(Stream.concat(Stream.of("teach"), Stream.of(arguments).map(Object::toString))
                .toArray(String[]::new));
    }

    private void teachGate() {
        assertThat(teach(pictures, "--backbone", "small").exitCode()).isZero();
    }

    private Path gate() {
        return home.models().resolve("gate");
    }

    private FeatureFile kept(String model) {
        return FeatureFile.read(home.models().resolve(model + ".features.safetensors"));
    }

    @Test
    void aModelLearnsMoreWithoutItsOldPictures() throws IOException {
        teachGate();
        String backbone = ModelBundle.read(gate()).backboneDigest();
        Files.move(pictures, folder.resolve("away"));

        CommandRun run = teach("gate", "--more", more);

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.lines().get(0)).isEqualTo("gate: 3 labels, 20 pictures, 20 different ones");
        assertThat(run.err()).contains("Read 8 files in ", "Wrote " + gate() + "; its name in commands and jobs is gate");
        ModelBundle grown = ModelBundle.read(gate());
        assertThat(grown.labels()).containsExactly("half", "open", "shut");
        assertThat(grown.backboneDigest()).isEqualTo(backbone);
        assertThat(kept("gate").entries()).hasSize(20);
        assertThat(home.names()).containsExactly("gate", "gate.features.safetensors", "small", "triage");
        assertThat(teach(gate(), "--more", more).err()).contains("the features of 8 pictures were known");
    }

    @Test
    void aModelThatWasTaughtInTwoStepsIsTheSameAsOneThatWasTaughtAtOnce() throws IOException {
        teachGate();
        teach("gate", "--more", more);
        StateDict inTwoSteps = head("gate");
        Files.move(more.resolve("open"), pictures.resolve("open/later"));
        Files.move(more.resolve("half"), pictures.resolve("half"));
        // The sub-folder would be a group of its own.
        try (Stream<Path> later = Files.list(pictures.resolve("open/later"))) {
            for (Path picture : later.toList()) {
                Files.move(picture, pictures.resolve("open/later " + picture.getFileName()));
            }
        }

        teach(pictures, "--backbone", "small", "--name", "at-once");

        for (String tensor : List.of("weight", "bias", "centroids")) {
            assertThat(head("at-once").floats(tensor)).as(tensor).isEqualTo(inTwoSteps.floats(tensor));
        }
    }

    private StateDict head(String model) throws IOException {
        Path file = home.models().resolve(model).resolve("head.safetensors");
        return SafetensorsFile.read("head", Files.readAllBytes(file)).tensors();
    }

    @Test
    void anotherModelIsWrittenIfItIsNamedAndReplacesNoneUnasked() {
        teachGate();
        String before = ModelBundle.read(gate()).digest();

        assertThat(teach("gate", "--more", more, "--name", "other").exitCode()).isZero();

        assertThat(ModelBundle.read(gate()).digest()).isEqualTo(before);
        assertThat(kept("gate").entries()).hasSize(12);
        assertThat(kept("other").entries()).hasSize(20);
        CommandRun taken = teach("gate", "--more", more, "--name", "other");
        assertThat(taken.exitCode()).isEqualTo(1);
        assertThat(taken.err()).startsWith("There is a model other already");
    }

    @Test
    void aModelOfAnotherFolderReplacesNoneOfItsNameUnasked() throws IOException {
        teachGate();
        Path elsewhere = folder.resolve("elsewhere/gate");
        Files.createDirectories(elsewhere.getParent());
        Files.move(gate(), elsewhere);
        teachGate();

        CommandRun run = teach(elsewhere, "--more", more);

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).startsWith("There is a model gate already");
    }

    @Test
    void moreIsRefusedWithoutTheFeatures() throws IOException {
        teachGate();
        String before = ModelBundle.read(gate()).digest();
        Path features = gate().resolveSibling("gate.features.safetensors");
        Files.delete(features);

        CommandRun run = teach("gate", "--more", more);

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("The features of the pictures of gate are not there: " + features
                + " is missing; teach from all pictures together");
        assertThat(ModelBundle.read(gate()).digest()).isEqualTo(before);
    }

    @Test
    void anOrdinaryCheckpointSaysThatItCannotBeTaughtMore() throws IOException {
        CommandRun plain = teach(pictures, "--plain");

        assertThat(plain.err()).contains("An ordinary checkpoint keeps no features: more is taught only from all"
                + " pictures together.");
        assertThat(gate().resolveSibling("gate.features.safetensors")).doesNotExist();
        CommandRun run = teach("gate", "--more", more);
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).startsWith(gate() + " has no head that was taught on its network, but is an ordinary"
                + " checkpoint").contains("Teach a model from all pictures together").doesNotContain("Read ");
    }

    @Test
    void aModelIsTaughtMoreOfWholePicturesOnItsOwnNetwork() throws IOException {
        teachGate();
        for (List<String> options : List.of(List.of("--output", "gate.head.safetensors"), List.of("--plain"),
                List.of("--backbone", "small"), List.of("--region", "cam-7/gate"), List.of("--regions", "r.json"))) {
            assertWronglyUsed(options);
        }
        new RegionFile("cam-7", "gate", new RegionBox(0, 0, 0.5, 1)).writeTo(more);
        assertWronglyUsed(List.of());
    }

    private void assertWronglyUsed(List<String> options) {
        CommandRun run = teach(Stream.concat(Stream.of("gate", "--more", more), options.stream()).toArray());
        assertThat(run.exitCode()).as("%s %s", options, run.err()).isEqualTo(2);
        assertThat(run.err()).contains("A model is taught more of whole pictures, on its own network");
    }

    @Test
    void aHeadOrModelThatIsNotThereIsReported() {
        CommandRun head = teach(folder.resolve("no.head.safetensors"), "--more", more);
        assertThat(head.exitCode()).isEqualTo(1);
        assertThat(head.err()).contains("no.head.safetensors").doesNotContain("Unexpected");
        CommandRun model = teach("nothing", "--more", more);
        assertThat(model.exitCode()).isEqualTo(2);
        assertThat(model.err()).contains("There is no model bundle nothing");
    }

    @Test
    void otherCommandsAreNotDisturbedByTheFeatures() throws IOException {
        teachGate();
        String list = CommandRun.of("model", "list").out();
        String check = CommandRun.of("model", "check", "gate", "--images", pictures.toString()).out();
        Files.delete(gate().resolveSibling("gate.features.safetensors"));

        assertThat(CommandRun.of("model", "list").out()).isEqualTo(list).contains("gate");
        assertThat(CommandRun.of("model", "check", "gate", "--images", pictures.toString()).out().lines().toList().get(0))
                .isEqualTo(check.lines().toList().get(0));
        teach(pictures, "--backbone", "small", "--force");
        assertThat(gate().resolveSibling("gate.features.safetensors")).exists();
        assertThat(teach(pictures, "--force", "--plain").exitCode()).isZero();
        assertThat(gate().resolveSibling("gate.features.safetensors")).doesNotExist();
        teach(pictures, "--backbone", "small", "--force");
        assertThat(CommandRun.of("model", "remove", "gate").exitCode()).isZero();
        assertThat(home.names()).containsExactly("small", "triage");
    }
}
