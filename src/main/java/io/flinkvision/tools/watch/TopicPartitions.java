package io.flinkvision.tools.watch;

import io.flinkvision.job.kafka.ClientProperties;
import io.flinkvision.tools.ToolException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * The partitions of a topic, polled in the background: this finds new ones, and shows whether a broker answers, which a
 * Kafka consumer does not report.
 */
final class TopicPartitions implements AutoCloseable {

    private static final long REQUEST_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final String REQUEST_TIMEOUT_MILLIS = "5000";

    private final String topic;
    private final String brokers;
    private final Consumer<String> talk;
    private final Admin admin;
    private final Set<TopicPartition> known = new HashSet<>();
    private Optional<KafkaFuture<TopicDescription>> request = Optional.empty();
    private long lastRequest;
    private boolean unreachable;

    private TopicPartitions(String topic, String brokers, Consumer<String> talk, Admin admin) {
        this.topic = topic;
        this.brokers = brokers;
        this.talk = talk;
        this.admin = admin;
    }

    /**
     * @param consumerProperties those that an admin client knows are used
     * @throws ToolException if the properties are wrong
     */
    static TopicPartitions open(Properties consumerProperties, String topic, Consumer<String> talk) {
        Properties properties = ClientProperties.ofAdmin(consumerProperties);
        properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MILLIS);
        properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MILLIS);
        String brokers = consumerProperties.getProperty(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG);
        try {
            return new TopicPartitions(topic, brokers, talk, Admin.create(properties));
        } catch (KafkaException e) {
            throw TopicReader.failure(topic, e);
        }
    }

    /**
     * The partitions known so far; none before a broker has answered.
     *
     * @param timeout for a response that is outstanding
     * @throws ToolException if the topic does not exist, or may not be read
     */
    Set<TopicPartition> known(Duration timeout) {
        if (request.isEmpty() && (known.isEmpty() || System.nanoTime() - lastRequest > REQUEST_NANOS)) {
            request = Optional.of(admin.describeTopics(Set.of(topic)).topicNameValues().get(topic));
            lastRequest = System.nanoTime();
        }
        if (request.isPresent() && (request.get().isDone() || !timeout.isZero())) {
            receive(request.get(), timeout);
        }
        return Set.copyOf(known);
    }

    private void receive(KafkaFuture<TopicDescription> answer, Duration timeout) {
        try {
            known.addAll(answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS).partitions().stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .collect(Collectors.toSet()));
            request = Optional.empty();
            if (unreachable) {
                unreachable = false;
                talk.accept("The Kafka brokers " + brokers + " answer again");
            }
        } catch (ExecutionException e) {
            request = Optional.empty();
            unanswered(e.getCause());
        } catch (TimeoutException e) {
            // Still outstanding; the client has a timeout of its own.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptException(e);
        }
    }

    private void unanswered(Throwable reason) {
        if (!(reason instanceof RetriableException) || reason instanceof UnknownTopicOrPartitionException) {
            throw TopicReader.failure(topic, reason);
        }
        if (!unreachable) {
            unreachable = true;
            talk.accept("The Kafka brokers " + brokers + " do not answer; trying on. Is the address right, and is a"
                    + " broker running there?");
        }
    }

    /** A second call does nothing. */
    @Override
    public void close() {
        admin.close(Duration.ZERO);
    }
}
