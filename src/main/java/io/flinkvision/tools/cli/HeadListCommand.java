package io.flinkvision.tools.cli;

import io.flinkvision.job.pipeline.JobDefinition;
import io.flinkvision.tools.publish.DeclaredRegions;
import io.flinkvision.tools.publish.HeadsTopic;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code vision head list}: the regions that a heads topic declares. */
@Command(
        name = "list",
        description = "Print the regions that the topic of a job's model.heads-topic declares, one per line, and the"
                + " records that the job refuses, with the reasons.",
        footer = {"", "Exit status: 0 if the topic was read, 1 if not, 2 on wrong usage."})
final class HeadListCommand extends VisionCommand implements Runnable {

    @Mixin
    private HeadsTopicArguments heads;

    @Option(names = "--json", description = "Print one JSON object per line.")
    private boolean json;

    @Override
    public void run() {
        JobDefinition job = heads.job();
        HeadsTopic topic = heads.topic(job);
        DeclaredRegions declared = topic.declared(HeadsTopicArguments.backbone(job));
        RegionText text = new RegionText(declared.ofTheTopic(), declared.refusals());
        (json ? text.json() : text.table()).forEach(out()::println);
        out().flush();
        if (declared.unlistedRefusals() > 0) {
            log("The job refuses " + declared.unlistedRefusals() + " more records.");
        }
        if (declared.ofTheTopic().isEmpty()) {
            log("Topic " + topic.name() + " declares no regions");
        }
    }
}
