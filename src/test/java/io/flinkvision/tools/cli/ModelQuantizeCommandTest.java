package io.flinkvision.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.bundle.ModelBundle.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelQuantizeCommandTest {

    private static final String HOME = "vision.home";
    private static final String TRIAGE = "conf/models/triage";
    private static final Pattern SPEED = Pattern.compile("([0-9.]+) x \\(");

    @TempDir
    Path folder;

    @BeforeEach
    void takeTheFolderForTheProject() {
        System.setProperty(HOME, folder.toString());
    }

    @AfterEach
    void takeTheProjectAgain() {
        System.clearProperty(HOME);
    }

    @Test
    void writesANetworkExactlyWhenOneIsFaster() throws IOException {
        CommandRun run = CommandRun.of(
                "model", "quantize", TRIAGE, "--images", pictures(4).toString(), "--name", "fast", "--agreement", "0");

        assertThat(run.lines()).hasSize(4);
        assertThat(run.lines().get(1)).startsWith("classifier").contains("2 of 2");
        boolean faster = run.lines().stream().map(SPEED::matcher).filter(Matcher::find)
                .anyMatch(speed -> Double.parseDouble(speed.group(1)) > 1.005);
        assertThat(run.exitCode()).isEqualTo(faster ? 0 : 1);
        if (faster) {
            ModelBundle source = ModelBundle.read(Path.of(TRIAGE));
            ModelBundle written = ModelBundle.read(models().resolve("fast"));
            assertThat(written.weights()).isInstanceOf(Weights.Onnx.class);
            assertThat(written.labels()).isEqualTo(source.labels());
            assertThat(written.preprocessing()).isEqualTo(source.preprocessing());
            assertThat(written.licences()).isEqualTo(source.licences());
            assertThat(Files.size(written.weights().file())).isLessThan(source.onnx().length);
        } else {
            assertThat(run.err()).contains("nothing was written");
            assertThat(models()).doesNotExist();
        }
    }

    @Test
    void refusesTooFewPicturesAndWritesNothing() throws IOException {
        CommandRun run =
                CommandRun.of("model", "quantize", TRIAGE, "--images", pictures(1).toString(), "--name", "fast");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("holds 6 pictures; at least 20");
        assertThat(models()).doesNotExist();
    }

    @Test
    void refusesANameThatIsTakenBeforeItMeasures() throws IOException {
        Path taken = Files.createDirectories(models().resolve("fast"));
        Files.writeString(taken.resolve(ModelBundle.DESCRIPTION), "name: fast");

        CommandRun run =
                CommandRun.of("model", "quantize", TRIAGE, "--images", pictures(4).toString(), "--name", "fast");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("fast already").contains("--force").doesNotContain("Calibrating");
    }

    @Test
    void isWronglyUsedWithWhatCannotBe() {
        for (List<String> wrong : List.of(
                List.of("--images", "no/folder", "--name", "fast"),
                List.of("--images", ".", "--name", "../fast"),
                List.of("--images", ".", "--name", "fast", "--agreement", "101"))) {
            String[] arguments = Stream.concat(Stream.of("model", "quantize", TRIAGE), wrong.stream())
                    .toArray(String[]::new);

            CommandRun run = CommandRun.of(arguments);

            assertThat(run.exitCode()).as("%s", wrong).isEqualTo(2);
            assertThat(run.err()).contains("--");
        }
    }

    private Path models() {
        return folder.resolve("conf/models");
    }

    /** The six pictures of the model, each so many times, and a text beside them. */
    private Path pictures(int times) throws IOException {
        Path target = Files.createDirectory(folder.resolve("pictures"));
        Files.writeString(target.resolve("notes.txt"), "These are no pixels.");
        try (Stream<Path> files = Files.list(Path.of(TRIAGE, "images"))) {
            for (Path file : files.toList()) {
                for (int i = 0; i < times; i++) {
                    Files.copy(file, target.resolve(i + "-" + file.getFileName()));
                }
            }
        }
        return target;
    }
}
