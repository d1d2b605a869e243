package io.flinkvision.tools.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.flinkvision.core.configuration.NearestName;
import io.flinkvision.job.kafka.TopicContents;
import io.flinkvision.job.pipeline.JobDefinition;
import io.flinkvision.tools.ToolException;
import io.flinkvision.tools.watch.TopicReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code vision head remove}: removes regions from a heads topic. */
@Command(
        name = "remove",
        description = "Remove regions from the topic of a job's model.heads-topic, by records without a value. A region"
                + " of the job file with the same key holds again.",
        footer = {"", "Exit status: 0 if all were removed, 1 if the topic does not have one of them or cannot be written,"
                + " 2 on wrong usage."})
final class HeadRemoveCommand extends HeadsTopicCommand implements Runnable {

    @Parameters(arity = "1..*", paramLabel = "KEY",
            description = "The key of a region, as 'vision head list' prints it.")
    private List<String> keys = List.of();

    @Override
    public void run() {
        JobDefinition job = kafka().job();
        CompactedTopic topic = compactedTopic(job);
        Set<String> present = presentKeys(job);
        Map<String, Optional<byte[]>> removals = new LinkedHashMap<>();
        List<String> missing = new ArrayList<>();
        for (String key : keys) {
            if (present.contains(key)) {
                removals.put(key, Optional.empty());
            } else {
                missing.add("Topic " + topic(job) + " has no region " + key + NearestName.hint(key, List.copyOf(present)));
            }
        }
        topic.publish(removals).forEach(written -> print(written.toString()));
        removals.keySet().forEach(key -> log("Removed " + key));
        if (!missing.isEmpty()) {
            throw new ToolException(String.join("\n", missing));
        }
    }

    /** The keys whose latest record has a value, be it one that the job refuses. */
    private Set<String> presentKeys(JobDefinition job) {
        Set<String> present = new TreeSet<>();
        try (TopicContents contents = new TopicContents(
                kafka().inputConsumer(job), topic(job), Duration.ZERO, TopicReader::failure)) {
            contents.readOn(record -> {
                String key = record.key() == null ? "" : new String(record.key(), UTF_8);
                if (record.value() == null) {
                    present.remove(key);
                } else {
                    present.add(key);
                }
            });
        }
        return present;
    }
}
