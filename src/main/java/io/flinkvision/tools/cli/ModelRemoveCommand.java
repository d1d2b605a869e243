package io.flinkvision.tools.cli;

import io.flinkvision.core.bundle.BundleName;
import io.flinkvision.core.bundle.ModelsFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vision model remove}: takes a bundle out of {@code conf/models}. */
@Command(name = "remove", description = "Delete a model in conf/models, with all its files.")
final class ModelRemoveCommand implements Runnable {

    @Parameters(paramLabel = "NAME", converter = BundleNameConverter.class,
            description = "The model's name, as 'vision model list' prints it.")
    private BundleName name;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        ModelsFolder models = ProjectHome.current().models();
        models.remove(name);
        spec.commandLine().getErr().println("The model " + name + " is gone from " + models.folder());
    }
}
