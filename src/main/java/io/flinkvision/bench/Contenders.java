package io.flinkvision.bench;

import io.flinkvision.bench.naive.ConsumerLoop;
import io.flinkvision.job.JobDefinition;
import io.flinkvision.local.BrokerProcess;
import io.flinkvision.local.FlinkCluster;
import io.flinkvision.local.RunningJob;
import io.flinkvision.model.ModelBundle;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.util.IOUtils;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.TopicConfig;

/**
 * All that is measured with one model, ready and waiting: those from broker to broker have topics of their own, and are
 * idle while others have their turn.
 */
final class Contenders implements AutoCloseable {

    private static final int RECORD_OVERHEAD_BYTES = 1 << 20;
    private static final List<Integer> PARALLELISMS = List.of(1, 2);

    private final List<AutoCloseable> resources = new ArrayList<>();
    private final List<Contender> all = new ArrayList<>();
    private final BrokerProcess broker;
    private final int largestPicture;
    private double lingerMillis;

    private Contenders(BrokerProcess broker, int largestPicture) {
        this.broker = broker;
        this.largestPicture = largestPicture;
    }

    /**
     * Starts them.
     *
     * @param jobFile the job; its topics and addresses are the benchmark's
     * @param largestPicture bytes
     * @param number a different one for each model, as all use one broker
     * @throws IOException if the model cannot be read
     */
    static Contenders start(BrokerProcess broker, Path jobFile, ModelBundle bundle, int largestPicture, int number)
            throws IOException, InterruptedException {
        Contenders result = new Contenders(broker, largestPicture);
        try {
            result.start(jobFile, bundle, "bench-" + number);
            return result;
        } catch (IOException | InterruptedException | RuntimeException e) {
            result.close();
            throw e;
        }
    }

    private void start(Path jobFile, ModelBundle bundle, String prefix) throws IOException, InterruptedException {
        FlinkCluster cluster = FlinkCluster.start(PARALLELISMS.stream().mapToInt(Integer::intValue).sum());
        resources.add(cluster);
        for (int parallelism : PARALLELISMS) {
            String name = prefix + "-job-" + parallelism;
            BrokerTopics.Names names = new BrokerTopics.Names(name + "-images", name + "-labels", name + "-refused");
            create(names, parallelism);
            JobDefinition job = definition(jobFile, bundle, name, names, parallelism);
            if (all.isEmpty()) {
                lingerMillis = lingerMillis(job);
                JobDefinition.Decode decode = job.decode();
                add(new BareLoop(bundle, decode.limits(), decode.reduction(), job.model().topK()));
                add(new Stages(bundle, decode.limits(), decode.reduction(), job.model().topK()));
            }
            RunningJob running = RunningJob.submit(job, cluster, parallelism);
            add(new BrokerLoop(Row.JOB, parallelism, broker, topics(names, parallelism), running::requireRunning,
                    () -> { }));
        }
        BrokerTopics.Names names =
                new BrokerTopics.Names(prefix + "-loop-images", prefix + "-loop-labels", prefix + "-loop-labels");
        create(names, 1);
        ConsumerLoop loop = new ConsumerLoop(bundle, broker.bootstrapServers(), names.pictures(), names.labels());
        add(new BrokerLoop(Row.CONSUMER_LOOP, 1, broker, topics(names, 1), () -> requireNoFailure(loop), loop::close));
    }

    private static void requireNoFailure(ConsumerLoop loop) {
        loop.failure().ifPresent(failure -> {
            throw new BenchException("The consumer loop failed: " + failure.getMessage(), failure);
        });
    }

    private void create(BrokerTopics.Names names, int partitions) throws InterruptedException {
        for (String topic : names.all().toList()) {
            broker.createTopic(topic, topic.equals(names.pictures()) ? partitions : 1,
                    Map.of(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(largestRecord())));
        }
    }

    private int largestRecord() {
        return largestPicture + RECORD_OVERHEAD_BYTES;
    }

    private BrokerTopics topics(BrokerTopics.Names names, int partitions) {
        return new BrokerTopics(broker.bootstrapServers(), names, partitions, largestRecord());
    }

    private JobDefinition definition(
            Path jobFile, ModelBundle bundle, String name, BrokerTopics.Names names, int parallelism) {
        return JobDefinition.read(jobFile, System.getenv(), List.of(
                "name=" + name, "parallelism=" + parallelism,
                "source.bootstrap-servers=" + broker.bootstrapServers(),
                "sink.bootstrap-servers=" + broker.bootstrapServers(),
                // The benchmark's broker wants no login.
                "kafka.properties={}",
                "source.topics=[" + names.pictures() + "]", "source.starting-offsets=earliest",
                "sink.topic=" + names.labels(), "sink.guarantee=at-least-once",
                "dead-letters.topic=" + names.refused(),
                "max-image-bytes=" + largestPicture,
                "model.bundle=" + bundle.folder().toAbsolutePath()));
    }

    /** What the job file says, or else Kafka's own default. */
    private static double lingerMillis(JobDefinition job) {
        String name = ProducerConfig.LINGER_MS_CONFIG;
        Object value = job.sink().properties().getOrDefault(
                name, String.valueOf(ProducerConfig.configDef().defaultValues().get(name)));
        return Double.parseDouble(value.toString());
    }

    private void add(Contender contender) {
        resources.add(contender);
        all.add(contender);
    }

    /** All of them. */
    List<Contender> all() {
        return List.copyOf(all);
    }

    /** How long the job's producer waits for more labels before it sends the first. */
    double lingerMillis() {
        return lingerMillis;
    }

    /** Ends them, the last one first. */
    @Override
    public void close() {
        for (int i = resources.size() - 1; i >= 0; i--) {
            IOUtils.closeQuietly(resources.get(i));
        }
        resources.clear();
    }
}
