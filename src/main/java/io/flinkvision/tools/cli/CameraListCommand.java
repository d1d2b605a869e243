package io.flinkvision.tools.cli;

import io.flinkvision.tools.publish.CamerasTopic;
import io.flinkvision.tools.publish.DeclaredCameras;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code vision camera list}: the cameras that a topic declares. */
@Command(
        name = "list",
        description = "Print the cameras that the topic of a job's source.cameras-topic declares, one per line and with"
                + " the references to variables as they were written, and the records that the job refuses, with the"
                + " reasons.",
        footer = {"", "Exit status: 0 if the topic was read, 1 if not, 2 on wrong usage."})
final class CameraListCommand extends VisionCommand implements Runnable {

    @Mixin
    private CamerasTopicArguments cameras;

    @Option(names = "--json", description = "Print one JSON object per line.")
    private boolean json;

    @Override
    public void run() {
        CamerasTopic topic = cameras.topic();
        DeclaredCameras declared = topic.declared();
        CameraText text = new CameraText(declared.all(), declared.refusals());
        (json ? text.json() : text.table()).forEach(out()::println);
        out().flush();
        if (declared.unlistedRefusals() > 0) {
            log("The job refuses " + declared.unlistedRefusals() + " more records.");
        }
        if (declared.all().isEmpty()) {
            log("Topic " + topic.name() + " declares no cameras");
        }
    }
}
