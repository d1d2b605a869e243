package io.flinkvision.tools.cli;

import io.flinkvision.tools.publish.ModelsTopic.Decisions;
import io.flinkvision.tools.publish.ModelsTopic;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code vision model rollback}: ends the trial of a candidate, or goes back to the model before. */
@Command(
        name = "rollback",
        description = "Go back by one step: end the trial of a shadow or canary, so that the model before labels all pictures"
                + " again; or, without one, go back to the model that the latest one replaced.",
        footer = {"", "Exit status: 0 if it was published, 1 if there is no way back or the topic cannot be read or written,"
                + " 2 on wrong usage."})
final class ModelRollbackCommand extends VisionCommand implements Runnable {

    @Mixin
    private ModelsTopicArguments models;

    @Override
    public void run() {
        ModelsTopic topic = models.topic(models.job());
        Decisions before = topic.decisions();
        topic.rollBack(before).forEach(written -> print(written.toString()));
        log(before.candidate()
                .map(candidate -> "The trial of " + candidate + " ends: jobs that read topic " + topic.name()
                        + " label all pictures by " + before.model() + ".")
                .orElseGet(() -> "Jobs that read topic " + topic.name() + " go back to " + topic.modelBefore(before)
                        + ", from " + before.model() + "."));
    }
}
