package io.flinkvision.tools.cli;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.bundle.ModelsFolder;
import io.flinkvision.core.weights.ModelException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The folder of the project, with its job files and the models that come with it.
 *
 * @param folder the checkout, or what the image has of it
 */
record ProjectHome(Path folder) {

    /** The name of the bundle that is used where none is given. */
    static final String DEFAULT_BUNDLE = "triage";

    /** The folder that bin/vision passes on, else the working folder. */
    static ProjectHome current() {
        return new ProjectHome(Path.of(System.getProperty("vision.home", "")));
    }

    Path classifyJob() {
        return folder.resolve("jobs").resolve("classify.yaml");
    }

    /** The public weights that {@code vision model fetch} knows. */
    Path catalogue() {
        return folder.resolve("conf").resolve("models.catalogue.yaml");
    }

    /** The models that come with the project, and those that were imported. */
    ModelsFolder models() {
        return new ModelsFolder(folder.resolve("conf").resolve("models"));
    }

    /** The photographs of the default model. */
    Path photographs() {
        return bundle(DEFAULT_BUNDLE).resolve("images");
    }

    /**
     * The folder of a model bundle.
     *
     * @param bundle its path, or its name in {@code conf/models}; a bundle in the working folder takes precedence over
     *     one of the same name there
     * @throws ModelException if there is neither
     */
    Path bundle(String bundle) {
        Path path = Path.of(bundle);
        Path named = models().folder().resolve(path);
        if (ModelsFolder.isBundle(path)) {
            return path;
        }
        if (path.getNameCount() == 1 && !path.isAbsolute() && ModelsFolder.isBundle(named)) {
            return named;
        }
        if (Files.exists(path)) {
            throw new ModelException(path + " is not a model bundle: it has no " + ModelBundle.DESCRIPTION);
        }
        throw new ModelException("There is no model bundle " + bundle + ": neither a folder of that path, nor one of "
                + "the names in " + models().folder() + ": " + models().names());
    }
}
