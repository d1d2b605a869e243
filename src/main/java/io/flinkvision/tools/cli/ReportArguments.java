package io.flinkvision.tools.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.core.teach.LabelledPictures;
import io.flinkvision.tools.teach.PictureFiles;
import io.flinkvision.tools.teach.ReportPictures;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The option of commands whose report can be a page too. */
final class ReportArguments {

    @Option(names = "--report", paramLabel = "FILE",
            description = "Write the report as one HTML file too, with the pictures that are wrong.")
    private Optional<Path> file = Optional.empty();

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /**
     * Checks that the page can be written, as far as that can be told: for before a long work.
     *
     * @param force whether it replaces an existing file
     * @param others files that the command reads or writes
     * @throws ParameterException if it is one of them
     * @throws io.flinkvision.core.weights.ModelException if it exists already, or its folder does not
     */
    void requireRoom(boolean force, Path... others) {
        file.ifPresent(page -> {
            for (Path other : others) {
                if (page.toAbsolutePath().normalize().equals(other.toAbsolutePath().normalize())) {
                    throw new ParameterException(
                            spec.commandLine(), "--report must be a file of its own, not " + other);
                }
            }
            new NewFile(page, force).requireRoom();
        });
    }

    /**
     * Writes the page, if it is wanted.
     *
     * @param pictures whose files are read again where the page shows them
     * @param page its text
     * @return where it is, for people; empty if it is not wanted
     */
    Optional<String> write(boolean force, LabelledPictures pictures, Function<ReportPictures, String> page) {
        return file.map(path -> {
            try (PictureFiles thumbnails = new PictureFiles(pictures, DecodeLimits.DEFAULTS)) {
                new NewFile(path, force).write(page.apply(thumbnails).getBytes(UTF_8));
            }
            return "The report is in " + path + ".";
        });
    }
}
