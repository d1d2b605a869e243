package io.flinkvision.tools.watch;

import io.flinkvision.job.record.CameraFrame;
import io.flinkvision.job.record.PictureOrigin;
import io.flinkvision.job.record.RawRecord;
import io.flinkvision.job.record.RecordCoordinates;
import io.flinkvision.tools.ToolException;
import io.flinkvision.tools.watch.Replay.Outcome.Refused;
import io.flinkvision.tools.watch.Replay.Outcome.Sent;
import io.flinkvision.tools.watch.Replay.Outcome;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Sends single dead letters back, each to its topic and there to its own partition. */
final class ReplaySender implements AutoCloseable {

    private static final String PATIENCE_MILLIS = "10000";
    private static final String DELIVERY_MILLIS = "30000";
    private static final String BUFFER_BYTES = Long.toString(256L << 20);
    private static final int MAX_TOPIC_LENGTH = 249;

    /** Names that Kafka allows; a client that asks for another gets an error in place of an answer. */
    private static final Pattern TOPIC = Pattern.compile("(?!\\.{1,2}$)[A-Za-z0-9._-]{1," + MAX_TOPIC_LENGTH + "}");

    private final Replay.Plan plan;
    private final OriginalReader originals;
    private final KafkaProducer<byte[], byte[]> producer;
    private final Map<String, Integer> partitions = new HashMap<>();

    /**
     * Something that was sent, and may not have arrived yet.
     *
     * @param outcome what becomes of it if it arrives
     * @param answer the brokers'
     */
    record Attempt(Outcome outcome, Future<?> answer) {}

    /**
     * @param inputConsumer properties of a consumer of the input topics
     * @param inputProducer properties of a producer to them
     */
    ReplaySender(Replay.Plan plan, Properties inputConsumer, Properties inputProducer) {
        this.plan = plan;
        Properties complete = new Properties();
        // A picture has been in its topic before, so the topic's own limit is the only one.
        complete.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Integer.toString(Integer.MAX_VALUE));
        complete.put(ProducerConfig.BUFFER_MEMORY_CONFIG, BUFFER_BYTES);
        complete.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, PATIENCE_MILLIS);
        complete.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, PATIENCE_MILLIS);
        complete.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, DELIVERY_MILLIS);
        complete.putAll(inputProducer);
        complete.put(ProducerConfig.ACKS_CONFIG, "all");
        this.originals = new OriginalReader(inputConsumer);
        try {
            this.producer = new KafkaProducer<>(complete, new ByteArraySerializer(), new ByteArraySerializer());
        } catch (KafkaException e) {
            originals.close();
            throw e;
        }
    }

    /** Sends a dead letter, without waiting for the brokers' answer. */
    Attempt send(DeadLetterRecord letter) {
        Optional<String> topic = plan.target().or(() -> letter.headers().source()
                .flatMap(PictureOrigin::inKafka).map(RecordCoordinates::topic));
        Optional<PictureOrigin> camera = letter.headers().source().filter(CameraFrame.class::isInstance);
        if (topic.isEmpty() && camera.isPresent()) {
            return refused(letter, "it is the frame " + camera.get() + " of a camera, which was on no topic; --topic says"
                    + " where it goes");
        }
        if (topic.isEmpty()) {
            return refused(letter, "it does not say where it came from; --topic says where it goes");
        }
        if (!isTopic(topic.get())) {
            return refused(letter, "no topic can be called '" + beginning(topic.get()) + "'");
        }
        if (plan.target().isEmpty() && !plan.isInput().test(topic.get())) {
            return refused(letter, "it came from topic " + topic.get()
                    + ", which the job does not read; --topic says where it goes");
        }
        int count = partitions.computeIfAbsent(topic.get(), originals::partitions);
        if (count == 0) {
            return refused(letter, "topic " + topic.get() + " does not exist");
        }
        Optional<RawRecord> original = original(letter);
        if (original.isEmpty()) {
            return refused(letter, "it lacks its " + letter.headers().omitted().orElse("value") + (camera.isPresent()
                    ? ", and a frame of a camera is nowhere else"
                    : ", and the picture is no longer where it came from"));
        }
        Optional<Integer> partition = letter.headers().source()
                .flatMap(PictureOrigin::inKafka)
                .filter(source -> source.topic().equals(topic.get()) && source.partition() < count)
                .map(RecordCoordinates::partition);
        Future<?> answer = plan.dryRun()
                ? CompletableFuture.completedFuture(null)
                : producer.send(letter.replay(original.get(), topic.get(), partition));
        return new Attempt(new Sent(letter, topic.get(), letter.headers().replayed() + 1), answer);
    }

    /** Whether Kafka allows a topic to be called so. */
    static boolean isTopic(String name) {
        return TOPIC.matcher(name).matches();
    }

    private static String beginning(String topic) {
        return topic.length() <= MAX_TOPIC_LENGTH ? topic : topic.substring(0, MAX_TOPIC_LENGTH) + "...";
    }

    private static Attempt refused(DeadLetterRecord letter, String reason) {
        return new Attempt(new Refused(letter, reason), CompletableFuture.completedFuture(null));
    }

    private Optional<RawRecord> original(DeadLetterRecord letter) {
        if (letter.headers().omitted().isEmpty()) {
            return Optional.of(letter.original());
        }
        // Where it came from stands in a header, which anybody may write: no other topics are read for it.
        return letter.headers().source()
                .flatMap(PictureOrigin::inKafka)
                .filter(source -> plan.isInput().test(source.topic()))
                .flatMap(originals::read)
                .map(RawRecord::of)
                .filter(letter::mayBeOf);
    }

    /**
     * Waits for the brokers' answer.
     *
     * @throws ToolException if they did not take it, for a reason that is not the record's own
     */
    Outcome outcome(Attempt attempt) {
        try {
            attempt.answer().get();
            return attempt.outcome();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RecordTooLargeException || e.getCause() instanceof InvalidRecordException) {
                return new Refused(attempt.outcome().letter(), e.getCause().getMessage());
            }
            throw new ToolException("The dead letter " + attempt.outcome().letter().coordinates()
                    + " was not sent: " + e.getCause().getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptException(e);
        }
    }

    /** Lets nothing wait for company. */
    void flush() {
        producer.flush();
    }

    /** Gives back the connections; a second call does nothing. */
    @Override
    public void close() {
        try (originals) {
            producer.close(Duration.ZERO);
        }
    }
}
