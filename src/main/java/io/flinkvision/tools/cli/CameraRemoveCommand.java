package io.flinkvision.tools.cli;

import io.flinkvision.core.configuration.NearestName;
import io.flinkvision.tools.ToolException;
import io.flinkvision.tools.publish.CamerasTopic;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code vision camera remove}: removes cameras from a topic of cameras. */
@Command(
        name = "remove",
        description = "Remove cameras from the topic of a job's source.cameras-topic, by records without a value."
                + " Running jobs then stop reading them.",
        footer = {"", "Exit status: 0 if all were removed, 1 if the topic does not have one of them or cannot be"
                + " written, 2 on wrong usage."})
final class CameraRemoveCommand extends VisionCommand implements Runnable {

    @Mixin
    private CamerasTopicArguments cameras;

    @Parameters(arity = "1..*", paramLabel = "ID",
            description = "The id of a camera, as 'vision camera list' prints it.")
    private List<String> ids = List.of();

    @Override
    public void run() {
        CamerasTopic topic = cameras.topic();
        Set<String> present = topic.declared().keys();
        List<String> removals = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        for (String id : new LinkedHashSet<>(ids)) {
            if (present.contains(id)) {
                removals.add(id);
            } else {
                missing.add("Topic " + topic.name() + " has no camera " + id + NearestName.hint(id, present));
            }
        }
        topic.remove(removals).forEach(written -> print(written.toString()));
        removals.forEach(id -> log("Removed " + id));
        if (!missing.isEmpty()) {
            throw new ToolException(String.join("\n", missing));
        }
    }
}
