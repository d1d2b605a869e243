package io.flinkvision.tools.cli;

import picocli.CommandLine.Command;

/** {@code vision camera}. */
@Command(
        name = "camera",
        description = "Find cameras in the local network, and declare cameras to running jobs.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            CameraDiscoverCommand.class, CameraAddCommand.class, CameraListCommand.class, CameraRemoveCommand.class
        })
final class CameraCommand extends VisionCommand.Group {}
