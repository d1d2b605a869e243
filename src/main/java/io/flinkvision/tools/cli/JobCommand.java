package io.flinkvision.tools.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code vision job}: the commands about the Flink job. */
@Command(
        name = "job",
        description = "Look into the Flink job's configuration.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = JobCheckCommand.class)
final class JobCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "A command is missing");
    }
}
