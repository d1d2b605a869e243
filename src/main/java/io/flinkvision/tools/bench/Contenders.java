package io.flinkvision.tools.bench;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.job.pipeline.JobDefinition;
import io.flinkvision.job.pipeline.JobOptions;
import io.flinkvision.job.record.Region;
import io.flinkvision.tools.ToolException;
import io.flinkvision.tools.bench.naive.ConsumerLoop;
import io.flinkvision.tools.bench.naive.NaiveClassifier;
import io.flinkvision.tools.local.BrokerProcess;
import io.flinkvision.tools.local.FlinkCluster;
import io.flinkvision.tools.local.RunningJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.util.FileUtils;
import org.apache.flink.util.IOUtils;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The contenders of a benchmark, started and ready. Those that run from broker to broker have their own topics, and are
 * idle while others have their turn.
 */
final class Contenders implements AutoCloseable {

    private static final List<Integer> PARALLELISMS = List.of(1, 2);

    /** Small pictures for each one of the warm-up. */
    private static final int SMALL_PICTURES = 20;

    private final List<AutoCloseable> resources = new ArrayList<>();
    private final List<Contender> all = new ArrayList<>();
    private final BrokerProcess broker;
    private final int maxPictureBytes;
    private double lingerMillis;

    private Contenders(BrokerProcess broker, int maxPictureBytes) {
        this.broker = broker;
        this.maxPictureBytes = maxPictureBytes;
    }

    /**
     * Starts all contenders with one model.
     *
     * @param jobFile the job; its topics and addresses are replaced by the benchmark's
     * @param maxPictureBytes size of the largest picture
     * @param number a different one for each model, as all use the same broker
     * @throws IOException if the model cannot be read
     */
    static Contenders start(BrokerProcess broker, Path jobFile, ModelBundle bundle, int maxPictureBytes, int number)
            throws IOException, InterruptedException {
        Contenders result = new Contenders(broker, maxPictureBytes);
        try {
            result.start(jobFile, bundle, "bench-" + number);
            return result;
        } catch (IOException | InterruptedException | RuntimeException e) {
            result.close();
            throw e;
        }
    }

    /**
     * Starts only jobs, or each with the bare loop on as many threads after it.
     *
     * @param variants one job each, in this order
     * @param withBareLoops whether there are bare loops
     * @param name prefix of the names of jobs and topics, different for each call
     * @throws IOException if a model cannot be read
     */
    static Contenders jobs(BrokerProcess broker, Path jobFile, List<JobVariant> variants, boolean withBareLoops,
            int maxPictureBytes, String name) throws IOException, InterruptedException {
        Contenders result = new Contenders(broker, maxPictureBytes);
        try {
            FlinkCluster cluster = result.cluster(variants.stream().mapToInt(JobVariant::parallelism).sum());
            for (int i = 0; i < variants.size(); i++) {
                JobDefinition job = result.startJob(jobFile, variants.get(i), cluster, name + "-" + i);
                if (withBareLoops) {
                    result.add(bareLoop(job, variants.get(i).bundle(), variants.get(i).parallelism()));
                }
            }
            return result;
        } catch (IOException | InterruptedException | RuntimeException e) {
            result.close();
            throw e;
        }
    }

    /** A cluster that keeps its checkpoints in files, as in production: in memory there is no room for many heads. */
    private FlinkCluster cluster(int slots) throws IOException {
        Path checkpoints = Files.createTempDirectory("flink-vision-checkpoints");
        resources.add(() -> FileUtils.deleteDirectoryQuietly(checkpoints.toFile()));
        FlinkCluster cluster = FlinkCluster.start(slots, new Configuration()
                .set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, checkpoints.toUri().toString()));
        resources.add(cluster);
        return cluster;
    }

    /** In the order of their turns: what is divided by one another comes one after the other. */
    private void start(Path jobFile, ModelBundle bundle, String prefix) throws IOException, InterruptedException {
        FlinkCluster cluster = cluster(PARALLELISMS.stream().mapToInt(Integer::intValue).sum());
        JobDefinition job = definition(jobFile, JobVariant.of(bundle, 1), prefix, jobTopics(prefix));
        lingerMillis = lingerMillis(job);
        for (int parallelism : PARALLELISMS) {
            add(bareLoop(job, bundle, parallelism));
            startJob(jobFile, JobVariant.of(bundle, parallelism), cluster, prefix + "-job-" + parallelism);
            if (parallelism == 1) {
                startConsumerLoop(bundle, prefix + "-loop");
            }
        }
        add(new Stages(bundle, job.decodeLimits(), job.get(JobOptions.DECODE_REDUCED),
                job.get(JobOptions.MODEL_TOP_K)));
    }

    /** As many threads as the job has slots, with the job's decoder. */
    private static BareLoop bareLoop(JobDefinition job, ModelBundle bundle, int parallelism) {
        return new BareLoop(bundle, job.decodeLimits(), job.get(JobOptions.DECODE_REDUCED),
                job.get(JobOptions.MODEL_TOP_K), parallelism);
    }

    private void startConsumerLoop(ModelBundle bundle, String name) throws InterruptedException {
        BrokerTopics.Names names = new BrokerTopics.Names(name + "-images", name + "-labels", name + "-labels");
        create(names, 1);
        ConsumerLoop loop = new ConsumerLoop(
                () -> new NaiveClassifier(bundle), broker.bootstrapServers(), names.pictures(), names.labels());
        add(new BrokerLoop(Row.CONSUMER_LOOP, 1, broker, topics(names, 1, OptionalInt.empty()),
                () -> requireNoFailure(loop), loop::close));
    }

    /** Starts a job, and returns its definition. */
    private JobDefinition startJob(Path jobFile, JobVariant variant, FlinkCluster cluster, String name)
            throws IOException, InterruptedException {
        BrokerTopics.Names names = jobTopics(name);
        create(names, variant.partitions());
        if (!variant.regions().isEmpty()) {
            declare(variant.regions(), headsTopic(name));
        }
        JobDefinition job = definition(jobFile, variant, name, names);
        RunningJob running = RunningJob.submit(job, cluster, variant.parallelism());
        add(new BrokerLoop(Row.JOB, variant.parallelism(), broker,
                topics(names, variant.partitions(), variant.cameras()), running::requireRunning, () -> { }));
        return job;
    }

    private static String headsTopic(String name) {
        return name + "-heads";
    }

    /** Fills a heads topic, which the job reads to its end before its first picture. */
    private void declare(List<Region> regions, String topic) throws InterruptedException {
        broker.createTopic(topic, 1, Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT));
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers()),
                new ByteArraySerializer(), new ByteArraySerializer())) {
            regions.forEach(region ->
                    producer.send(new ProducerRecord<>(topic, region.key().toBytes(), region.toJson())));
        }
    }

    private static BrokerTopics.Names jobTopics(String name) {
        return new BrokerTopics.Names(name + "-images", name + "-labels", name + "-refused");
    }

    private static void requireNoFailure(ConsumerLoop loop) {
        if (loop.end().isDone()) {
            try {
                loop.end().join();
            } catch (CompletionException e) {
                throw new ToolException("The consumer loop failed: " + e.getCause().getMessage(), e.getCause());
            }
        }
    }

    private void create(BrokerTopics.Names names, int partitions) throws InterruptedException {
        for (String topic : names.all().toList()) {
            broker.createTopic(topic, topic.equals(names.pictures()) ? partitions : 1,
                    Map.of(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(maxRecordBytes())));
        }
    }

    private int maxRecordBytes() {
        return maxPictureBytes + BenchEnvironment.RECORD_OVERHEAD_BYTES;
    }

    private BrokerTopics topics(BrokerTopics.Names names, int partitions, OptionalInt cameras) {
        return new BrokerTopics(broker.bootstrapServers(), names, partitions, cameras, maxRecordBytes());
    }

    private JobDefinition definition(Path jobFile, JobVariant variant, String name, BrokerTopics.Names names) {
        List<String> overrides = new ArrayList<>(List.of(
                "name=" + name, "parallelism=" + variant.parallelism(),
                "source.bootstrap-servers=" + broker.bootstrapServers(),
                "sink.bootstrap-servers=" + broker.bootstrapServers(),
                // The benchmark's broker needs no login.
                "kafka.properties={}",
                "source.topics=[" + names.pictures() + "]", "source.starting-offsets=earliest",
                // Pictures are sent unchanged.
                "source.value=bytes",
                "sink.topic=" + names.labels(), "sink.guarantee=at-least-once",
                "dead-letters.topic=" + names.refused(),
                "max-image-bytes=" + maxPictureBytes,
                "model.bundle=" + variant.bundle().folder().toAbsolutePath()));
        variant.topK().ifPresent(topK -> overrides.add("model.top-k=" + topK));
        if (!variant.regions().isEmpty()) {
            overrides.add("model.heads-topic=" + headsTopic(name));
            overrides.add("model.whole-picture=never");
        }
        return JobDefinition.read(jobFile, System.getenv(), overrides);
    }

    /** The job file's value, or else Kafka's default. */
    private static double lingerMillis(JobDefinition job) {
        String name = ProducerConfig.LINGER_MS_CONFIG;
        Object value = job.sinkProperties().getOrDefault(
                name, String.valueOf(ProducerConfig.configDef().defaultValues().get(name)));
        return Double.parseDouble(value.toString());
    }

    private void add(Contender contender) {
        resources.add(contender);
        all.add(contender);
    }

    List<Contender> all() {
        return List.copyOf(all);
    }

    /**
     * Has a job classify many small pictures. The JIT compiler optimises a method after some thousand calls, and what a
     * job does besides decoding and inference it does once per picture. One job is enough, as all run the same code.
     *
     * @param progress receives the step
     */
    void warmUpJobs(Turns.Effort effort, Consumer<String> progress) throws IOException, InterruptedException {
        BrokerLoop job = all.stream().filter(BrokerLoop.class::isInstance).map(BrokerLoop.class::cast)
                .filter(BrokerLoop::isJob).max(Comparator.comparingInt(Contender::parallelism)).orElseThrow();
        int count = SMALL_PICTURES * effort.warmUp();
        progress.accept("warming up the " + job.name() + " with " + count + " small pictures");
        job.run(PictureSet.blank(), count);
    }

    /** How long the job's producer waits for more labels before it sends a batch. */
    double lingerMillis() {
        return lingerMillis;
    }

    /** Closes the contenders in reverse order. */
    @Override
    public void close() {
        for (int i = resources.size() - 1; i >= 0; i--) {
            IOUtils.closeQuietly(resources.get(i));
        }
        resources.clear();
    }
}
