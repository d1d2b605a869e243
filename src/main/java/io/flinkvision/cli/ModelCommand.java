package io.flinkvision.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code vision model}: the commands about models. */
@Command(
        name = "model",
        description = "Look into model bundles, and fetch public weights.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {ModelInspectCommand.class, ModelFetchCommand.class})
final class ModelCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "A command is missing");
    }
}
