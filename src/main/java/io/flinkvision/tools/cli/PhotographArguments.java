package io.flinkvision.tools.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where the commands that measure take their pictures from. */
final class PhotographArguments {

    @Option(names = "--images", paramLabel = "DIR",
            description = "A folder of photographs (default: those of the model that comes with the project).")
    private Optional<Path> images = Optional.empty();

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /**
     * The folder.
     *
     * @throws ParameterException if it is none
     */
    Path folder() {
        Path folder = images.orElseGet(
                () -> ProjectHome.current().bundle(ProjectHome.DEFAULT_BUNDLE).resolve("images"));
        if (!Files.isDirectory(folder)) {
            throw new ParameterException(spec.commandLine(), "--images must be a folder, and " + folder + " is none");
        }
        return folder;
    }
}
