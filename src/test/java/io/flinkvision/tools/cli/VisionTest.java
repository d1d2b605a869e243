package io.flinkvision.tools.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.core.weights.ModelException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine;

class VisionTest {

    /** A command that fails as it is told. */
    @Command(name = "fail")
    private record Failing(RuntimeException reason) implements Runnable {

        @Override
        public void run() {
            throw reason;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "classify", "teach", "demo", "feed", "watch", "replay", "audit", "model", "model inspect", "model fetch",
        "model import", "model list", "model check", "model quantize", "model export", "model remove",
        "model publish", "head", "head check", "head publish", "head list", "head remove", "camera",
        "camera discover", "camera add", "camera list", "camera remove", "job", "job check", "bench", "growth",
        "capacity"})
    void everyCommandHasHelpAndAVersion(String command) {
        List<String> words = command.isEmpty() ? List.of() : List.of(command.split(" "));

        for (String option : List.of("--help", "-h")) {
            CommandRun help = run(words, option);
            assertThat(help.exitCode()).isZero();
            assertThat(help.out()).startsWith("Usage: " + ("vision " + command).strip());
            assertThat(help.err()).isEmpty();
        }
        CommandRun version = run(words, "--version");
        assertThat(version.exitCode()).isZero();
        assertThat(version.out()).startsWith("flink-vision ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "model", "head", "camera", "job"})
    void isWronglyUsedWithoutACommand(String command) {
        CommandRun run = run(command.isEmpty() ? List.of() : List.of(command));

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("A command is missing").contains("--help");
    }

    @Test
    void listsEachCommandWithItsOwnDescription() {
        for (String group : List.of("", "model", "head", "camera", "job")) {
            CommandRun groupHelp = run(group.isEmpty() ? List.of() : List.of(group), "--help");
            CommandLine line = group.isEmpty() ? everything() : everything().getSubcommands().get(group);

            assertThat(line.getSubcommands()).isNotEmpty();
            line.getSubcommands().forEach((name, command) -> {
                String description = command.getCommandSpec().usageMessage().description()[0];
                // Its lines are broken, within long words too.
                assertThat(groupHelp.out().replaceAll("\\s", ""))
                        .contains((name + description).replaceAll("\\s", ""));
                assertThat(command.getCommandSpec().options()).as(name).anyMatch(option -> !option.inherited());
            });
        }
    }

    @Test
    void suggestsTheCommandThatWasMeantAlsoWhereAValueIsTheNameOfAnother() {
        CommandRun run = CommandRun.of("clasify", "demo");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("vision classify");
    }

    @Test
    void takesOptionsBeforeTheCommand() {
        CommandRun run = CommandRun.of("--verbose", "model", "--verbose", "inspect", "--help");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).startsWith("Usage: vision model inspect");
    }

    @Test
    void suggestsACommandBelowAnother() {
        CommandRun run = CommandRun.of("model", "inspekt");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("model inspect");
    }

    @Test
    void readsACommandFromAFileOfArguments(@TempDir Path folder) throws IOException {
        Path arguments = Files.writeString(folder.resolve("arguments"), "classify --top-k 0 none.jpg");

        CommandRun run = CommandRun.of("@" + arguments);

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("--top-k must be at least 1");
    }

    /** All commands with all of their options, as where the arguments are in a file. */
    private static CommandLine everything() {
        return Vision.commandLine(OutputStream.nullOutputStream(), OutputStream.nullOutputStream(), "@file");
    }

    @Test
    void suggestsTheCommandThatWasMeant() {
        CommandRun run = CommandRun.of("clasify");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("vision classify");
    }

    @Test
    void printsTheMessagesOfItsOwnExceptionsAsTheyAre() {
        CommandRun run = failWith(new ModelException("The tensor conv.weight is missing"));

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).isEqualToNormalizingNewlines("The tensor conv.weight is missing\n");
    }

    @Test
    void printsOneLineOfAnUnexpectedExceptionAndHowToSeeMore() {
        CommandRun run = failWith(new IllegalStateException("first line\nsecond line"));

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("IllegalStateException").contains("first line").contains("--verbose")
                .doesNotContain("second line").doesNotContain("\tat ");
    }

    @Test
    void printsTheStackOnlyWhereItIsAskedFor() {
        CommandRun run = failWith(new IllegalStateException("the reason"), "--verbose");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("the reason").contains("\n    at io.flinkvision.tools.cli.VisionTest");
    }

    private static CommandRun run(List<String> command, String... options) {
        List<String> arguments = new ArrayList<>(command);
        arguments.addAll(List.of(options));
        return CommandRun.of(arguments.toArray(String[]::new));
    }

    private static CommandRun failWith(RuntimeException reason, String... options) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        CommandLine command = Vision.commandLine(out, err);
        command.addSubcommand("fail", new Failing(reason));
        command.setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF))
                .setOut(command.getOut())
                .setErr(command.getErr())
                .setExecutionExceptionHandler(command.getExecutionExceptionHandler());
        String[] arguments = Stream.concat(
                Stream.of(options), Stream.of("fail")).toArray(String[]::new);
        int exitCode = command.execute(arguments);
        return new CommandRun(exitCode, out.toString(UTF_8), err.toString(UTF_8));
    }
}
