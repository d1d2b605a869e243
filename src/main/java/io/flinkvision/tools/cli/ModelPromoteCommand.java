package io.flinkvision.tools.cli;

import io.flinkvision.job.record.ModelCandidate;
import io.flinkvision.job.record.ModelChange.Replacement;
import io.flinkvision.tools.ToolException;
import io.flinkvision.tools.publish.ModelsTopic.Decisions;
import io.flinkvision.tools.publish.ModelsTopic;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code vision model promote}: makes a candidate the model of all pictures. */
@Command(
        name = "promote",
        description = "Make the shadow or the canary of running jobs the model of all pictures. They have it in memory"
                + " already, so no picture waits for it.",
        footer = {"", "Exit status: 0 if it was published, 1 if there is no candidate or the topic cannot be read or written,"
                + " 2 on wrong usage."})
final class ModelPromoteCommand extends VisionCommand implements Runnable {

    @Mixin
    private ModelsTopicArguments models;

    @Override
    public void run() {
        ModelsTopic topic = models.topic(models.job());
        Decisions before = topic.decisions();
        ModelCandidate candidate = before.candidate().orElseThrow(() -> new ToolException("Nothing to promote: topic "
                + topic.name() + " has no candidate; 'vision model publish --shadow' or '--canary' tries one"));
        Replacement replacement = new Replacement(Optional.of(candidate.choice()));
        topic.replace(replacement, Optional.of(before)).forEach(written -> print(written.toString()));
        log("Jobs that read topic " + topic.name() + " label all pictures by " + replacement + ", which was "
                + candidate.use() + ". 'vision model rollback' goes back to " + before.model() + ".");
    }
}
