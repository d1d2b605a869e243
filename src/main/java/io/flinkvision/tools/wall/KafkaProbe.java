package io.flinkvision.tools.wall;

import io.flinkvision.job.kafka.ClientFailure;
import io.flinkvision.job.kafka.ClientProperties;
import io.flinkvision.tools.wall.Problems.Kind;
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

/** Polls the end offsets of the input topics, which shows whether the brokers answer and the job is running. */
final class KafkaProbe implements AutoCloseable {

    private static final long PAUSE_MILLIS = 3000;
    private static final int TIMEOUT_MILLIS = 5000;

    /** Detects a job that is down: it writes nothing although the ends of the input's partitions advance. */
    static final class JobSilence {

        private final long maxSilenceMillis;
        private long lastOutput = Long.MIN_VALUE;
        private long inputAtLastOutput;

        /** @param maxSilence of a running job */
        JobSilence(Duration maxSilence) {
            this.maxSilenceMillis = maxSilence.toMillis();
        }

        /**
         * @param inputEnd the sum of the end offsets of all input partitions
         * @param output time of the job's last output, in milliseconds since 1970-01-01T00:00Z
         * @return pictures since then, if the job should have answered; empty if all is well
         */
        OptionalLong unanswered(long inputEnd, long output, long now) {
            if (output > lastOutput) {
                lastOutput = output;
                inputAtLastOutput = inputEnd;
            }
            return now - output >= maxSilenceMillis && inputEnd > inputAtLastOutput
                    ? OptionalLong.of(inputEnd - inputAtLastOutput)
                    : OptionalLong.empty();
        }
    }

    private final Admin admin;
    private final String brokers;
    private final Predicate<String> isInputTopic;
    private final JobSilence silence;
    private final Traffic traffic;
    private final Problems problems;
    private final WallThread thread;

    /**
     * Starts to poll.
     *
     * @param traffic has the time of the job's last output
     * @param ended receives the reason, if the thread ends before it is closed
     */
    KafkaProbe(WatchedJob job, Traffic traffic, Problems problems, Consumer<String> ended) {
        this.isInputTopic = job.inputTopics();
        this.silence = new JobSilence(job.maxSilence());
        this.traffic = traffic;
        this.problems = problems;
        Properties properties = ClientProperties.ofAdmin(job.input());
        properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Integer.toString(TIMEOUT_MILLIS));
        properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, Integer.toString(TIMEOUT_MILLIS));
        this.brokers = job.input().getProperty(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG);
        this.admin = Admin.create(properties);
        this.thread = new WallThread("wall-kafka-probe", this::run, ended).start();
    }

    private void run(WallThread own) throws InterruptedException {
        do {
            poll();
        } while (own.rest(PAUSE_MILLIS));
    }

    private void poll() throws InterruptedException {
        try {
            long inputEnd = inputEnd();
            problems.clear(Kind.KAFKA);
            OptionalLong unanswered =
                    silence.unanswered(inputEnd, traffic.lastOutput(), System.currentTimeMillis());
            if (unanswered.isPresent()) {
                problems.set(Kind.JOB, "The job has written nothing since "
                        + Instant.ofEpochSecond(traffic.lastOutput() / 1000) + ", although " + unanswered.getAsLong()
                        + " pictures have arrived: is it running?");
            } else {
                problems.clear(Kind.JOB);
            }
        } catch (ExecutionException e) {
            problems.set(Kind.KAFKA, e.getCause() instanceof RetriableException
                    ? "The Kafka brokers " + brokers + " do not answer; retrying."
                    : "The Kafka brokers " + brokers + " " + ClientFailure.of(e));
        } catch (RuntimeException | OutOfMemoryError e) {
            problems.set(Kind.KAFKA, "The Kafka brokers " + brokers
                    + " could not be polled, which is retried: " + e + ".");
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

    /** Stops polling; a second call does nothing. */
    @Override
    public void close() {
        thread.interrupt();
        admin.close(Duration.ZERO);
    }
}
