package io.flinkvision.tools.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.flinkvision.job.kafka.TopicContents;
import io.flinkvision.job.pipeline.JobDefinition;
import io.flinkvision.job.pipeline.JobOptions;
import io.flinkvision.job.record.MalformedRecordException;
import io.flinkvision.job.record.ModelComparison;
import io.flinkvision.tools.watch.Comparisons;
import io.flinkvision.tools.watch.TopicReader;
import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code vision model comparison}: how the model of a job and its shadow agree. */
@Command(
        name = "comparison",
        description = "Print how often the model of a job and its latest shadow have given the same label, overall and by"
                + " camera, and where they differ.",
        footer = {"", "Exit status: 0 if the topic was read, 1 if not, 2 on wrong usage."})
final class ModelComparisonCommand extends VisionCommand implements Runnable {

    @Mixin
    private KafkaArguments kafka;

    @Option(names = "--topic", paramLabel = "TOPIC",
            description = "The topic of the comparison (default: the job file's model.comparisons-topic).")
    private Optional<String> topic = Optional.empty();

    @Option(names = "--json", description = "Print one JSON object per camera instead of tables.")
    private boolean json;

    private long malformed;

    @Override
    public void run() {
        JobDefinition job = kafka.job();
        String name = topic.or(() -> job.find(JobOptions.MODEL_COMPARISONS_TOPIC)).orElseThrow(() -> wrongUse(
                "The job file has no model.comparisons-topic, so its job compares nothing; use --topic to name one"));
        Comparisons comparisons = new Comparisons();
        try (TopicContents contents =
                new TopicContents(kafka.outputConsumer(job), name, Duration.ZERO, TopicReader::failure)) {
            contents.readOn(record -> add(record, comparisons));
        }
        if (malformed > 0) {
            log("Warning: " + malformed + " records of topic " + name + " are no comparisons, and were left out.");
        }
        Optional<Comparisons.Summary> summary = comparisons.summary();
        if (summary.isEmpty()) {
            log("No picture has been compared yet in topic " + name + ".");
            return;
        }
        if (json) {
            summary.get().cameras().forEach(camera -> print(new String(camera.toJson(), UTF_8)));
        } else {
            ComparisonText text = new ComparisonText(summary.get());
            text.lines().forEach(this::print);
            text.warnings().forEach(this::log);
        }
    }

    private void add(ConsumerRecord<byte[], byte[]> record, Comparisons comparisons) {
        if (record.value() == null) {
            return;
        }
        try {
            comparisons.add(ModelComparison.read(record.value()));
        } catch (MalformedRecordException e) {
            malformed++;
        }
    }
}
