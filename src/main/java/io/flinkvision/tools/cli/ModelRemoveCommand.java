package io.flinkvision.tools.cli;

import io.flinkvision.core.bundle.BundleName;
import io.flinkvision.core.bundle.ModelsFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code vision model remove}: deletes a bundle in {@code conf/models}. */
@Command(name = "remove", description = "Delete a model in conf/models, with all its files.")
final class ModelRemoveCommand extends VisionCommand implements Runnable {

    @Parameters(paramLabel = "NAME",
            description = "The model's name, as 'vision model list' prints it.")
    private BundleName name;

    @Override
    public void run() {
        ModelsFolder models = ProjectHome.current().models();
        models.remove(name);
        log("Deleted the model " + name + " from " + models.folder());
    }
}
