package io.flinkvision.tools.cli;

import java.util.List;
import picocli.CommandLine.Command;

/** {@code vision camera}. */
@Command(
        name = "camera",
        description = "Find cameras in the local network, and declare cameras to running jobs.",
        synopsisSubcommandLabel = "COMMAND")
final class CameraCommand extends VisionCommand.Group {

    CameraCommand() {
        super(List.of(CameraDiscoverCommand.class, CameraAddCommand.class, CameraListCommand.class,
                CameraRemoveCommand.class));
    }
}
