package io.flinkvision.tools.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code vision model}: the commands about models. */
@Command(
        name = "model",
        description = "Fetch and import models, look into them, try them, take them out, and have running jobs use"
                + " them.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            ModelFetchCommand.class, ModelImportCommand.class, ModelListCommand.class, ModelInspectCommand.class,
            ModelCheckCommand.class, ModelQuantizeCommand.class, ModelExportCommand.class, ModelRemoveCommand.class,
            ModelPublishCommand.class
        })
final class ModelCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "A command is missing");
    }
}
