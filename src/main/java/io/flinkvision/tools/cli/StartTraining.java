package io.flinkvision.tools.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import picocli.CommandLine;

/**
 * Runs commands for the classes that they load: bin/vision has Java archive these when this program ends. The archive is
 * worth having if a command fails here, so what one returns does not matter.
 */
final class StartTraining {

    private StartTraining() {}

    /** Runs them, without output, and ends the JVM. */
    public static void main(String[] arguments) throws IOException {
        run("--help");
        run("classify", onePhotograph().toString());
        run("demo");
        System.exit(0);
    }

    private static Path onePhotograph() throws IOException {
        try (Stream<Path> photographs = Files.list(ProjectHome.current().photographs())) {
            return photographs.sorted().findFirst().orElseThrow();
        }
    }

    private static void run(String... arguments) {
        CommandLine command = Vision.commandLine(
                OutputStream.nullOutputStream(), OutputStream.nullOutputStream(), arguments);
        command.execute(arguments);
    }
}
