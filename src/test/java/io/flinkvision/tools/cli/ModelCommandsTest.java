package io.flinkvision.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.inference.SmallNetwork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code vision model list}, {@code remove} and {@code export}. */
class ModelCommandsTest {

    @TempDir
    Path folder;

    @AutoClose
    private TemporaryHome home;

    @BeforeEach
    void moveIn() throws IOException {
        home = new TemporaryHome(folder);
    }

    @Test
    void listsTheModelsAndSaysWhichAreUnusable() throws IOException {
        Files.writeString(Files.createDirectory(home.models().resolve("broken")).resolve("model.yaml"), "name: broken");

        CommandRun run = CommandRun.of("model", "list");

        assertThat(run.exitCode()).isZero();
        assertThat(run.lines()).hasSize(2);
        assertThat(run.lines().get(0)).startsWith("broken  unusable: ");
        assertThat(run.lines().get(1)).isEqualTo(
                "triage  MobileNetV3-Small x1.0 (torchvision), 3 classes, 224 x 224, sha256 6933d6e7020b");
    }

    @Test
    void listsTheModelsForPrograms() throws IOException {
        Files.writeString(Files.createDirectory(home.models().resolve("broken")).resolve("model.yaml"), "name: broken");

        CommandRun run = CommandRun.of("model", "list", "--json");

        JsonNode broken = run.json().get(0);
        assertThat(broken.get("name").textValue()).isEqualTo("broken");
        assertThat(broken.get("error").textValue()).contains("weights: is missing");
        JsonNode triage = run.json().get(1);
        assertThat(triage.get("classes").intValue()).isEqualTo(3);
        assertThat(triage.get("digest").textValue()).startsWith("6933d6e7020b").hasSize(64);
    }

    @Test
    void removesAModel() throws IOException {
        CommandRun run = CommandRun.of("model", "remove", "triage");

        assertThat(run.exitCode()).isZero();
        assertThat(home.names()).isEmpty();
        assertThat(CommandRun.of("model", "list").out()).isEmpty();
    }

    @Test
    void removesNothingElse() throws IOException {
        Files.writeString(Files.createDirectory(home.models().resolve("diary")).resolve("today.txt"), "mine");

        assertThat(CommandRun.of("model", "remove", "diary").exitCode()).isEqualTo(1);
        assertThat(CommandRun.of("model", "remove", "none").err()).contains("There is no model none", "triage");
        assertThat(CommandRun.of("model", "remove", "../..").exitCode()).isEqualTo(2);
        assertThat(CommandRun.of("model", "remove").exitCode()).isEqualTo(2);
        assertThat(home.names()).containsExactly("diary", "triage");
    }

    @Test
    void exportsAModelThatComesBack() {
        Path file = folder.resolve("out.onnx");

        CommandRun export = CommandRun.of("model", "export", "triage", file.toString());
        CommandRun back = CommandRun.of("model", "import", file.toString(), "--name", "back");

        assertThat(export.exitCode()).isZero();
        assertThat(export.out()).isEmpty();
        assertThat(export.err()).contains("LICENSE, NOTICE, PROVENANCE.md");
        assertThat(back.exitCode()).isZero();
        assertThat(back.err()).doesNotContain("Note:");
        ModelBundle triage = ModelBundle.read(home.models().resolve("triage"));
        ModelBundle again = ModelBundle.read(home.models().resolve("back"));
        assertThat(again.labels()).isEqualTo(triage.labels());
        assertThat(again.preprocessing()).isEqualTo(triage.preprocessing());
        String picture = "conf/models/triage/images/meal_1.jpg";
        assertThat(CommandRun.of("classify", "--model", "back", "--json", picture).out())
                .isEqualTo(CommandRun.of("classify", "--model", "triage", "--json", picture).out());
    }

    @Test
    void writesOverAFileOnlyWhenTold() throws IOException {
        Path file = Files.writeString(folder.resolve("out.onnx"), "mine");

        CommandRun refused = CommandRun.of("model", "export", "triage", file.toString());
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.err()).contains("exists already").contains("--force");
        assertThat(file).hasContent("mine");

        assertThat(CommandRun.of("model", "export", "triage", file.toString(), "--force").exitCode()).isZero();
        assertThat(Files.size(file)).isGreaterThan(5_000_000);
    }

    @Test
    void isWronglyUsedWithAFileOfAnotherKind() {
        CommandRun run = CommandRun.of("model", "export", "triage", folder.resolve("out.pth").toString());

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("must end in .onnx");
    }

    /** A network that knows no rest: its author's texts stay, and ours are not there twice. */
    @Test
    void exportsAnOnnxModelAsOftenAsOneLikes() throws IOException {
        Path file = Files.write(folder.resolve("net.onnx"), SmallNetwork.ofConstantLogits(1, 2));
        CommandRun.of("model", "import", file.toString(), "--name", "small");
        Path first = folder.resolve("first.onnx");
        Path second = folder.resolve("second.onnx");

        CommandRun.of("model", "export", "small", first.toString());
        CommandRun.of("model", "import", first.toString(), "--name", "small", "--force");
        CommandRun.of("model", "export", "small", second.toString());

        assertThat(second).hasSameBinaryContentAs(first);
    }
}
