package io.flinkvision.tools.cli;

import io.flinkvision.core.configuration.NearestName;
import io.flinkvision.tools.ToolException;
import io.flinkvision.tools.publish.HeadsTopic;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code vision head remove}: removes regions from a heads topic. */
@Command(
        name = "remove",
        description = "Remove regions from the topic of a job's model.heads-topic, by records without a value. A region"
                + " of the job file with the same key holds again.",
        footer = {"", "Exit status: 0 if all were removed, 1 if the topic does not have one of them or cannot be written,"
                + " 2 on wrong usage."})
final class HeadRemoveCommand extends VisionCommand implements Runnable {

    @Mixin
    private HeadsTopicArguments heads;

    @Parameters(arity = "1..*", paramLabel = "KEY",
            description = "The key of a region, as 'vision head list' prints it.")
    private List<String> keys = List.of();

    @Override
    public void run() {
        HeadsTopic topic = heads.topic(heads.job());
        Set<String> present = topic.keys();
        List<String> removals = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        for (String key : keys) {
            if (present.contains(key)) {
                removals.add(key);
            } else {
                missing.add("Topic " + topic.name() + " has no region " + key + NearestName.hint(key, List.copyOf(present)));
            }
        }
        topic.remove(removals).forEach(written -> print(written.toString()));
        removals.forEach(key -> log("Removed " + key));
        if (!missing.isEmpty()) {
            throw new ToolException(String.join("\n", missing));
        }
    }
}
