package io.flinkvision.tools.cli;

import picocli.CommandLine.Command;

/** {@code vision camera}. */
@Command(
        name = "camera",
        description = "Declare cameras to running jobs.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {})
final class CameraCommand extends VisionCommand.Group {}
