package io.flinkvision.cli;

import io.flinkvision.model.BundleName;
import io.flinkvision.model.ModelsFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vision model remove}: takes a bundle out of {@code conf/models}. */
@Command(name = "remove", description = "Delete a model in conf/models, with all its files.")
final class ModelRemoveCommand implements Runnable {

    @Parameters(paramLabel = "NAME", description = "The model's name, as 'vision model list' prints it.")
    private String name;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        BundleName bundle;
        try {
            bundle = new BundleName(name);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        ModelsFolder models = ProjectHome.current().models();
        models.remove(bundle);
        spec.commandLine().getErr().println("The model " + bundle + " is gone from " + models.folder());
    }
}
