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
 * The partitions of a topic, asked for again and again in the background: that finds new ones, and tells whether a
 * broker answers, of which a Kafka consumer says nothing.
 */
final class TopicPartitions implements AutoCloseable {

    private static final long QUESTION_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final String QUESTION_TIMEOUT_MILLIS = "5000";

    private final String topic;
    private final String brokers;
    private final Consumer<String> talk;
    private final Admin admin;
    private final Set<TopicPartition> known = new HashSet<>();
    private Optional<KafkaFuture<TopicDescription>> question = Optional.empty();
    private long lastQuestion;
    private boolean away;

    private TopicPartitions(String topic, String brokers, Consumer<String> talk, Admin admin) {
        this.topic = topic;
        this.brokers = brokers;
        this.talk = talk;
        this.admin = admin;
    }

    /**
     * Makes ready to ask.
     *
     * @param consumerProperties of which those are used that an admin client knows
     * @throws ToolException if the properties are wrong
     */
    static TopicPartitions open(Properties consumerProperties, String topic, Consumer<String> talk) {
        Properties properties = ClientProperties.ofAdmin(consumerProperties);
        properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, QUESTION_TIMEOUT_MILLIS);
        properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, QUESTION_TIMEOUT_MILLIS);
        String brokers = consumerProperties.getProperty(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG);
        try {
            return new TopicPartitions(topic, brokers, talk, Admin.create(properties));
        } catch (KafkaException e) {
            throw TopicReader.failure(topic, e);
        }
    }

    /**
     * The partitions that are known by now; none before a broker has answered.
     *
     * @param patience how long to wait for an answer that is under way
     * @throws ToolException if there is no such topic, or it may not be read
     */
    Set<TopicPartition> known(Duration patience) {
        if (question.isEmpty() && (known.isEmpty() || System.nanoTime() - lastQuestion > QUESTION_NANOS)) {
            question = Optional.of(admin.describeTopics(Set.of(topic)).topicNameValues().get(topic));
            lastQuestion = System.nanoTime();
        }
        if (question.isPresent() && (question.get().isDone() || !patience.isZero())) {
            hear(question.get(), patience);
        }
        return Set.copyOf(known);
    }

    private void hear(KafkaFuture<TopicDescription> answer, Duration patience) {
        try {
            known.addAll(answer.get(patience.toMillis(), TimeUnit.MILLISECONDS).partitions().stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .collect(Collectors.toSet()));
            question = Optional.empty();
            if (away) {
                away = false;
                talk.accept("The Kafka brokers " + brokers + " answer again");
            }
        } catch (ExecutionException e) {
            question = Optional.empty();
            unanswered(e.getCause());
        } catch (TimeoutException e) {
            // Still under way; the client has a deadline of its own.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptException(e);
        }
    }

    private void unanswered(Throwable reason) {
        if (!(reason instanceof RetriableException) || reason instanceof UnknownTopicOrPartitionException) {
            throw TopicReader.failure(topic, reason);
        }
        if (!away) {
            away = true;
            talk.accept("The Kafka brokers " + brokers + " do not answer; trying on. Is the address right, and is a"
                    + " broker running there?");
        }
    }

    /** Gives back the connection; a second call does nothing. */
    @Override
    public void close() {
        admin.close(Duration.ZERO);
    }
}
