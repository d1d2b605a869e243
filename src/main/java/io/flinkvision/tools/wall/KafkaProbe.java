package io.flinkvision.tools.wall;

import io.flinkvision.job.kafka.ClientFailure;
import io.flinkvision.job.kafka.ClientProperties;
import io.flinkvision.tools.wall.Troubles.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;

/** Asks the input's brokers every few seconds how much they hold, which tells whether they and the job are there. */
final class KafkaProbe implements AutoCloseable {

    private static final long PAUSE_MILLIS = 3000;
    private static final int TIMEOUT_MILLIS = 5000;

    private final Admin admin;
    private final String brokers;
    private final Predicate<String> isInputTopic;
    private final JobSilence silence;
    private final Traffic traffic;
    private final Troubles troubles;
    private final WallThread thread;

    /**
     * Starts to ask.
     *
     * @param traffic knows when the job wrote last
     * @param troubles is told what is amiss
     * @param ended is told the reason, if the thread ends before it is closed
     */
    KafkaProbe(WatchedJob job, Traffic traffic, Troubles troubles, Consumer<String> ended) {
        this.isInputTopic = job.inputTopics();
        this.silence = new JobSilence(job.maxSilence());
        this.traffic = traffic;
        this.troubles = troubles;
        Properties properties = ClientProperties.ofAdmin(job.input());
        properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Integer.toString(TIMEOUT_MILLIS));
        properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, Integer.toString(TIMEOUT_MILLIS));
        this.brokers = job.input().getProperty(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG);
        this.admin = Admin.create(properties);
        this.thread = new WallThread("wall-kafka-probe", this::run, ended).start();
    }

    private void run(WallThread own) throws InterruptedException {
        do {
            ask();
        } while (own.rest(PAUSE_MILLIS));
    }

    private void ask() throws InterruptedException {
        try {
            long inputEnd = inputEnd();
            troubles.clear(Kind.KAFKA);
            OptionalLong unanswered =
                    silence.unanswered(inputEnd, traffic.lastOutput(), System.currentTimeMillis());
            if (unanswered.isPresent()) {
                troubles.set(Kind.JOB, "The job has written nothing since "
                        + Instant.ofEpochSecond(traffic.lastOutput() / 1000) + ", though " + unanswered.getAsLong()
                        + " pictures have come: is it running?");
            } else {
                troubles.clear(Kind.JOB);
            }
        } catch (ExecutionException e) {
            troubles.set(Kind.KAFKA, e.getCause() instanceof RetriableException
                    ? "The Kafka brokers " + brokers + " do not answer; trying on."
                    : "The Kafka brokers " + brokers + " " + ClientFailure.of(e));
        } catch (RuntimeException | OutOfMemoryError e) {
            troubles.set(Kind.KAFKA, "The Kafka brokers " + brokers
                    + " could not be asked how much they hold, which is tried again: " + e + ".");
        }
    }

    private long inputEnd() throws ExecutionException, InterruptedException {
        Set<String> topics = admin.listTopics().names().get().stream().filter(isInputTopic)
                .collect(Collectors.toSet());
        Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
        Collection<TopicDescription> descriptions = admin.describeTopics(topics).allTopicNames().get().values();
        descriptions.forEach(topic -> topic.partitions().forEach(partition ->
                ends.put(new TopicPartition(topic.name(), partition.partition()), OffsetSpec.latest())));
        return admin.listOffsets(ends).all().get().values().stream().mapToLong(ListOffsetsResultInfo::offset).sum();
    }

    /** Stops asking; a second call does nothing. */
    @Override
    public void close() {
        thread.interrupt();
        admin.close(Duration.ZERO);
    }
}
