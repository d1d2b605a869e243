package io.flinkvision.tools.cli;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.weights.ModelException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine;

/**
 * A model bundle as a command's argument names it.
 *
 * @param nameOrPath as {@link ProjectHome#bundle} takes it
 */
record ModelArgument(String nameOrPath) {

    /**
     * Reads the bundle.
     *
     * @param command the command whose argument it is
     * @throws ParameterException if there is no such bundle
     * @throws ModelException if the bundle has something wrong in it
     */
    ModelBundle read(CommandLine command) {
        return ModelBundle.read(folder(command));
    }

    /**
     * The bundle's folder.
     *
     * @throws ParameterException if there is no such bundle
     */
    Path folder(CommandLine command) {
        try {
            return ProjectHome.current().bundle(nameOrPath);
        } catch (ModelException | InvalidPathException e) {
            throw new ParameterException(command, e.getMessage(), e);
        }
    }
}
