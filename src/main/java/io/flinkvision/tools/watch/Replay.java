package io.flinkvision.tools.watch;

import io.flinkvision.job.kafka.ReadingProperties;
import io.flinkvision.tools.ToolException;
import io.flinkvision.tools.watch.ReplaySender.Attempt;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Sends dead letters back to the topics that they came from, each once: how far it came is committed, for each error
 * code on its own, after the brokers have acknowledged what was sent. A run that is killed between the two sends some
 * of them again the next time. It ends where the dead-letter topic ended when it began, so that pictures which fail
 * again are left to a later run.
 *
 * <p>{@link #stop} may be called from any thread, everything else from one only.
 */
public final class Replay implements AutoCloseable {

    /**
     * Which dead letters are sent back, and where to.
     *
     * @param deadLetterTopic where they lie
     * @param group the consumer group whose offsets tell how far earlier runs came
     * @param isInput whether the job reads a topic; others get nothing
     * @param target the topic that gets them all, in place of that which each came from
     * @param codes the error codes of those that are sent; all, where it is empty
     * @param since where to begin, whatever earlier runs did
     * @param most maximum number of records to send
     * @param dryRun whether nothing is sent and nothing committed
     */
    public record Plan(
            String deadLetterTopic,
            String group,
            Predicate<String> isInput,
            Optional<String> target,
            Set<String> codes,
            Optional<StartPosition> since,
            OptionalLong most,
            boolean dryRun) {

        public Plan {
            Objects.requireNonNull(deadLetterTopic, "deadLetterTopic");
            Objects.requireNonNull(group, "group");
            Objects.requireNonNull(isInput, "isInput");
            Objects.requireNonNull(target, "target");
            Objects.requireNonNull(since, "since");
            Objects.requireNonNull(most, "most");
            codes = Set.copyOf(codes);
            if (target.filter(deadLetterTopic::equals).isPresent()) {
                throw new IllegalArgumentException(
                        "Dead letters cannot be sent to their own topic, " + deadLetterTopic);
            }
            if (target.isPresent() && !ReplaySender.isTopic(target.get())) {
                throw new IllegalArgumentException("No topic can be called '" + target.get() + "'");
            }
            if (most.isPresent() && most.getAsLong() < 1) {
                throw new IllegalArgumentException("At least one dead letter must be allowed, not " + most.getAsLong());
            }
        }

        /** Whether a dead letter is of the codes that are sent. */
        boolean concerns(DeadLetterRecord letter) {
            return codes.isEmpty() || letter.headers().code().filter(codes::contains).isPresent();
        }
    }

    /** What became of a dead letter that was to be sent back. */
    public sealed interface Outcome {

        /** The dead letter. */
        DeadLetterRecord letter();

        /**
         * It was sent, or would have been.
         *
         * @param letter the dead letter
         * @param topic where to
         * @param count how often the picture has been sent back with this time
         */
        record Sent(DeadLetterRecord letter, String topic, int count) implements Outcome {

            public Sent {
                Objects.requireNonNull(letter, "letter");
                Objects.requireNonNull(topic, "topic");
            }
        }

        /**
         * It cannot be sent.
         *
         * @param letter the dead letter
         * @param reason why
         */
        record Refused(DeadLetterRecord letter, String reason) implements Outcome {

            public Refused {
                Objects.requireNonNull(letter, "letter");
                Objects.requireNonNull(reason, "reason");
            }
        }
    }

    private static final Duration POLL = Duration.ofMillis(500);

    private final Plan plan;
    private final Consumer<Outcome> outcomes;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final ReplaySender sender;
    private final Map<TopicPartition, ReplayProgress> progress = new HashMap<>();
    private Map<TopicPartition, Long> ends = Map.of();
    private long attempts;
    private volatile boolean stopped;

    private Replay(Plan plan, Consumer<Outcome> outcomes, KafkaConsumer<byte[], byte[]> consumer,
            ReplaySender sender) {
        this.plan = plan;
        this.outcomes = outcomes;
        this.consumer = consumer;
        this.sender = sender;
    }

    /**
     * Makes ready to send; the brokers are asked by {@link #run}.
     *
     * @param plan what is sent where to
     * @param output properties of a consumer of the dead-letter topic
     * @param inputConsumer properties of a consumer of the input topics, for what dead letters lack
     * @param inputProducer properties of a producer to the input topics
     * @param outcomes is told, on the thread that runs, what became of each dead letter
     * @throws ToolException if the properties are wrong
     */
    public static Replay open(Plan plan, Properties output, Properties inputConsumer, Properties inputProducer,
            Consumer<Outcome> outcomes) {
        Objects.requireNonNull(outcomes, "outcomes");
        Properties complete =
                ReadingProperties.impatient(ReadingProperties.withGroup(plan.group(), output));
        try {
            ReplaySender sender = new ReplaySender(plan, inputConsumer, inputProducer);
            try {
                return new Replay(plan, outcomes, new KafkaConsumer<>(
                        complete, new ByteArrayDeserializer(), new ByteArrayDeserializer()), sender);
            } catch (KafkaException e) {
                sender.close();
                throw e;
            }
        } catch (KafkaException e) {
            throw TopicReader.failure(plan.deadLetterTopic(), e);
        }
    }

    /**
     * Sends them all.
     *
     * @return whether that was done; not where {@link #stop} came before
     * @throws ToolException if the topic is not there or cannot be read, or the brokers do not take what is sent
     */
    public boolean run() {
        try {
            begin();
            while (!stopped && !isEnough() && !isAtEnd()) {
                List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
                consumer.poll(POLL).forEach(records::add);
                if (records.isEmpty()) {
                    // While no broker answers, polling returns nothing; this request fails.
                    consumer.endOffsets(ends.keySet());
                } else {
                    replay(records);
                }
            }
            if (!stopped && !isEnough()) {
                ends.forEach(this::advance);
                commit();
            }
            return !stopped;
        } catch (KafkaException e) {
            throw TopicReader.failure(plan.deadLetterTopic(), e);
        }
    }

    private void begin() {
        Set<TopicPartition> partitions = consumer.partitionsFor(plan.deadLetterTopic()).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .collect(Collectors.toSet());
        if (partitions.isEmpty()) {
            throw new ToolException("Topic " + plan.deadLetterTopic() + " does not exist: there is nothing to replay,"
                    + " unless the job's dead letters go elsewhere");
        }
        consumer.assign(partitions);
        ends = consumer.endOffsets(partitions);
        consumer.committed(partitions).forEach((partition, committed) -> progress.put(
                partition, committed == null
                        ? ReplayProgress.NONE
                        : ReplayProgress.of(committed).within(ends.get(partition))));
        Map<TopicPartition, Long> oldest = consumer.beginningOffsets(partitions);
        Map<TopicPartition, Long> starts = plan.since()
                .map(since -> since.offsets(consumer, partitions))
                .orElseGet(() -> partitions.stream().collect(Collectors.toMap(
                        partition -> partition,
                        partition -> Math.max(oldest.get(partition), progress.get(partition).first(plan.codes())))));
        starts.forEach(consumer::seek);
    }

    private boolean isEnough() {
        return plan.most().isPresent() && attempts >= plan.most().getAsLong();
    }

    private boolean isAtEnd() {
        return ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }

    /** Sends the selected records of a batch, waits for the acknowledgements, and then commits. */
    private void replay(List<ConsumerRecord<byte[], byte[]>> records) {
        Map<TopicPartition, Long> examined = new HashMap<>();
        List<Attempt> pending = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            TopicPartition partition = new TopicPartition(record.topic(), record.partition());
            if (stopped || isEnough()) {
                break;
            }
            if (record.offset() < ends.get(partition)) {
                DeadLetterRecord letter = DeadLetterRecord.of(record);
                if (plan.concerns(letter) && isOpen(letter, partition)) {
                    pending.add(sender.send(letter));
                    attempts++;
                }
                examined.put(partition, record.offset() + 1);
            }
        }
        sender.flush();
        pending.forEach(attempt -> outcomes.accept(sender.outcome(attempt)));
        examined.forEach(this::advance);
        commit();
    }

    private boolean isOpen(DeadLetterRecord letter, TopicPartition partition) {
        return plan.since().isPresent()
                || letter.record().offset() >= progress.get(partition).offset(letter.headers().code().orElse(""));
    }

    private void advance(TopicPartition partition, long end) {
        progress.computeIfPresent(partition, (same, before) -> before.upTo(end, plan.codes()));
    }

    private void commit() {
        if (!plan.dryRun()) {
            Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
            progress.forEach((partition, reached) -> offsets.put(partition, reached.committed()));
            consumer.commitSync(offsets);
        }
    }

    /** Ends a {@link #run} after the current batch. */
    public void stop() {
        stopped = true;
    }

    /** A second call does nothing. */
    @Override
    public void close() {
        try (sender) {
            consumer.close(CloseOptions.timeout(Duration.ZERO));
        }
    }
}
