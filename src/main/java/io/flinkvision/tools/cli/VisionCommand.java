package io.flinkvision.tools.cli;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.weights.ModelException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine;

/** A command below {@code vision}: its output, its usage errors, and the folders that its arguments name. */
abstract class VisionCommand {

    @Spec
    private CommandSpec spec;

    /** A command that does nothing without one below it. */
    abstract static class Group extends VisionCommand implements Runnable {

        @Override
        public final void run() {
            throw wrongUse("A command is missing");
        }
    }

    final CommandLine commandLine() {
        return spec.commandLine();
    }

    /** Standard output: results. */
    final PrintWriter out() {
        return spec.commandLine().getOut();
    }

    /** Standard error: progress and problems. */
    final PrintWriter err() {
        return spec.commandLine().getErr();
    }

    /** Prints a line on standard output, at once. */
    final void print(String line) {
        out().println(line);
        out().flush();
    }

    /** Prints a line on standard error, at once. */
    final void log(String line) {
        err().println(line);
        err().flush();
    }

    final ParameterException wrongUse(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    /**
     * Reads the model bundle that an argument names.
     *
     * @param nameOrPath as {@link ProjectHome#bundle} takes it
     * @throws ParameterException if there is no such bundle
     * @throws ModelException if the bundle is invalid
     */
    final ModelBundle model(String nameOrPath) {
        return ModelBundle.read(modelFolder(nameOrPath));
    }

    /** The folder of the model bundle that an argument names. */
    final Path modelFolder(String nameOrPath) {
        try {
            return ProjectHome.current().bundle(nameOrPath);
        } catch (ModelException | InvalidPathException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    /** The folder that {@code --images} names. */
    final Path imagesFolder(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw wrongUse("--images must be a folder, but " + folder + " is not one");
        }
        return folder;
    }
}
