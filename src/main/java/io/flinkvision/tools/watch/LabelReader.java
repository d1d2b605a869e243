package io.flinkvision.tools.watch;

import io.flinkvision.job.record.Classification;
import io.flinkvision.tools.ToolException;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Reads the output topic: what {@link TopicReader} gives, each record understood as far as it can be. Of records with
 * the same {@code id}, which an at-least-once job writes after a failure, only the first one is given.
 *
 * <p>{@link #stop} may be called from any thread, everything else from one only.
 */
public final class LabelReader implements AutoCloseable {

    /** Ids that are remembered; a job repeats at most what it did since a checkpoint. */
    private static final int REMEMBERED_IDS = 100_000;

    private final TopicReader topic;
    private final Set<String> seen;
    private final boolean repetitions;

    private LabelReader(TopicReader topic, boolean repetitions) {
        this.topic = topic;
        this.repetitions = repetitions;
        this.seen = Collections.newSetFromMap(new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
                return size() > REMEMBERED_IDS;
            }
        });
    }

    /**
     * Makes ready to read; the brokers are asked by the first {@link #poll}.
     *
     * @param properties of a Kafka consumer: the brokers and how to log in
     * @param topic the output topic
     * @param start where in it
     * @param talk is told, on the thread that polls, when no broker answers and when one does again
     * @throws ToolException if the properties are wrong
     */
    public static LabelReader open(Properties properties, String topic, StartPosition start, Consumer<String> talk) {
        return new LabelReader(TopicReader.open(properties, topic, start, talk), false);
    }

    /** The same, but with the repetitions of an at-least-once job. */
    public static LabelReader openWithRepetitions(
            Properties properties, String topic, StartPosition start, Consumer<String> talk) {
        return new LabelReader(TopicReader.open(properties, topic, start, talk), true);
    }

    /**
     * Waits for records, as {@link TopicReader#poll} does.
     *
     * @throws ToolException if there is no such topic, or it may not be read
     */
    public List<OutputRecord> poll(Duration timeout) {
        return topic.poll(timeout).stream().map(OutputRecord::of).filter(this::isNew).toList();
    }

    private boolean isNew(OutputRecord record) {
        return repetitions || record.value().map(Classification::id).filter(id -> !seen.add(id)).isEmpty();
    }

    /** Whether the positions to start from are known: what is written from now on is read. */
    public boolean isReading() {
        return topic.isReading();
    }

    /** Ends a {@link #poll} that waits, and all later ones at once. */
    public void stop() {
        topic.stop();
    }

    /** Whether {@link #stop} was called. */
    public boolean isStopped() {
        return topic.isStopped();
    }

    /** Gives back the connections; a second call does nothing. */
    @Override
    public void close() {
        topic.close();
    }
}
