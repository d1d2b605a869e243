package io.flinkvision.job;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.configuration.ConfigurationException;
import io.flinkvision.core.weights.ModelException;
import io.flinkvision.job.operator.BundleLocation;
import io.flinkvision.job.operator.Versions;
import io.flinkvision.job.pipeline.BrokerCheck;
import io.flinkvision.job.pipeline.ClassifyPipeline;
import io.flinkvision.job.pipeline.ComparisonPipeline;
import io.flinkvision.job.pipeline.EventPipeline;
import io.flinkvision.job.pipeline.JobDefinition;
import io.flinkvision.job.pipeline.JobOptions;
import io.flinkvision.job.pipeline.KafkaClients;
import io.flinkvision.job.pipeline.KafkaJob;
import io.flinkvision.job.pipeline.PicturePipeline;
import io.flinkvision.job.pipeline.Submission;
import io.flinkvision.job.pipeline.TransactionTime;
import io.flinkvision.job.record.RawRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine;

/** The jar's main class: {@code flink run flink-vision.jar jobs/classify.yaml}. */
@Command(
        name = "ClassifyJob",
        mixinStandardHelpOptions = true,
        versionProvider = ClassifyJob.Version.class,
        description = "Submits the job of a job file: images on Kafka in, MobileNetV3 labels on Kafka out.")
public final class ClassifyJob {

    /** The model's name in Flink's distributed cache. */
    private static final String CACHED_BUNDLE = "model-bundle";

    @Mixin
    private Submission submission;

    /**
     * Reads the options and runs the job in the environment that Flink's client provides. That client runs this method
     * in its own process, so it never exits: what is wrong is thrown.
     *
     * @throws CommandLine.ParameterException if the options are wrong
     * @throws ConfigurationException if the job file is wrong, or the brokers do not fit it
     * @throws ModelException if the model cannot be used
     * @throws Exception what the job itself fails with
     */
    public static void main(String[] arguments) throws Exception {
        ClassifyJob classifyJob = new ClassifyJob();
        CommandLine.ParseResult options = Submission.parse(classifyJob, arguments);
        if (!CommandLine.printHelpIfRequested(options)) {
            classifyJob.submission.run(JobDefinition::read, ClassifyJob::addTo);
        }
    }

    /**
     * Sets up an environment and adds the job to it.
     *
     * @param brokers what they were asked, or {@link BrokerCheck#unasked}
     * @throws ModelException if the model cannot be used
     * @throws IOException if the model is elsewhere, and cannot be read
     */
    public static void addTo(StreamExecutionEnvironment environment, JobDefinition job, BrokerCheck.Answer brokers)
            throws IOException {
        KafkaClients kafka = new KafkaClients(job);
        configure(environment, job);
        addTo(environment, job,
                new ClassifyPipeline(job.cameras().<Source<RawRecord, ?, ?>>map(kafka::cameras).orElseGet(kafka::source),
                        job.find(JobOptions.MODEL_CONTROL_TOPIC).map(kafka::modelChoices),
                        job.find(JobOptions.MODEL_HEADS_TOPIC).map(topic -> new ClassifyPipeline.HeadsTopic(
                                kafka.heads(topic), kafka.existingHeads(topic))),
                        kafka.labels(), kafka.deadLetters(brokers.largestDeadLetter()),
                        job.find(JobOptions.EVENTS_TOPIC).map(topic -> new EventPipeline(
                                kafka.events(topic), job.find(JobOptions.EVENTS_STATES_TOPIC).map(kafka::states))),
                        job.find(JobOptions.PICTURES_TOPIC).map(topic -> new PicturePipeline(
                                kafka.pictures(topic), kafka.largestPicture(brokers.largestPicture()))),
                        job.find(JobOptions.MODEL_COMPARISONS_TOPIC).map(topic -> new ComparisonPipeline(
                                kafka.comparisons(topic)))));
    }

    /** Brings the model into reach of the TaskManagers, and adds a pipeline that uses it. */
    static void addTo(StreamExecutionEnvironment environment, JobDefinition job, ClassifyPipeline pipeline)
            throws IOException {
        Optional<Path> folder = job.localBundle();
        if (folder.isPresent()) {
            ModelBundle bundle = ModelBundle.read(folder.get());
            environment.registerCachedFile(folder.get().toString(), CACHED_BUNDLE);
            pipeline.addTo(environment, job, Submission.requireUsable(bundle),
                    new BundleLocation.Cached(CACHED_BUNDLE));
            return;
        }
        BundleLocation.Remote remote = new BundleLocation.Remote(job.bundle());
        try (BundleLocation.LocalBundle copy = remote.download()) {
            pipeline.addTo(environment, job, Submission.requireUsable(copy.bundle()), remote);
        }
    }

    /** Sets what this project's jobs need of Flink's configuration: serialisers, uids, checkpoints, parallelism. */
    public static void configure(StreamExecutionEnvironment environment, KafkaJob job) {
        Configuration configuration = new Configuration();
        // All records have serialisers of their own; a type that falls back on Kryo is a mistake, and fails here.
        configuration.set(PipelineOptions.GENERIC_TYPES, false);
        // A savepoint finds its operators by their uids.
        configuration.set(PipelineOptions.AUTO_GENERATE_UIDS, false);
        // The records are immutable, so handing one on without a copy is safe.
        configuration.set(PipelineOptions.OBJECT_REUSE, true);
        configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, job.get(JobOptions.CHECKPOINT_INTERVAL));
        if (job.isExactlyOnce()) {
            configuration.set(CheckpointingOptions.CHECKPOINTING_TIMEOUT,
                    checkpointTimeout(environment.getConfiguration(), TransactionTime.of(job)));
        }
        environment.configure(configuration);
        job.find(JobOptions.PARALLELISM).ifPresent(environment::setParallelism);
    }

    /** The cluster's, but no longer than the transactions allow. */
    private static Duration checkpointTimeout(ReadableConfig cluster, TransactionTime transactions) {
        Duration longest = transactions.longestCheckpoint(
                cluster.getOptional(CheckpointingOptions.TOLERABLE_FAILURE_NUMBER).orElse(0));
        Duration wished = cluster.get(CheckpointingOptions.CHECKPOINTING_TIMEOUT);
        return wished.compareTo(longest) < 0 ? wished : longest;
    }

    /** The version in the jar's manifest. */
    static final class Version implements CommandLine.IVersionProvider {

        @Override
        public String[] getVersion() {
            return new String[] {Versions.flinkVision()};
        }
    }
}
