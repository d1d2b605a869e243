package io.flinkvision.tools.wall;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What keeps the wall from showing everything, in sentences for the page. Thread-safe. */
final class Problems {

    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);

    private static final Duration SHOWN = Duration.ofMinutes(10);
    private static final Duration BETWEEN_LOG_LINES = Duration.ofMinutes(1);
    private static final int MAX_REASON_CHARACTERS = 200;

    private final InstantSource clock;
    private final Map<Kind, String> sentences = new EnumMap<>(Kind.class);
    private final List<String> endings = new ArrayList<>();
    private long unshownRecords;
    private String lastUnshown = "";
    private Instant lastUnshownAt = Instant.MIN;
    private Instant loggedAt = Instant.MIN;

    /** Kinds with at most one sentence each, in the order of the page. */
    enum Kind {
        /** No broker answers. */
        KAFKA,
        /** The output topic cannot be read. */
        LABELS,
        /** The dead-letter topic cannot be read. */
        DEAD_LETTERS,
        /** The topic of events cannot be read. */
        EVENTS,
        /** The topic of comparisons cannot be read. */
        COMPARISONS,
        /** The topic of states cannot be read. */
        STATES,
        /** The topic of pictures cannot be read. */
        PICTURE_TOPIC,
        /** The cameras' pictures cannot be read. */
        PICTURES,
        /** The dead letters' pictures cannot be read. */
        DEAD_PICTURES,
        /** Pictures arrive, and the job writes nothing. */
        JOB,
        /** The job's model cannot be loaded to teach. */
        MODEL,
        /** The folder of labelled pictures has folders that are not taken. */
        FOLDER
    }

    Problems(InstantSource clock) {
        this.clock = clock;
    }

    synchronized void set(Kind kind, String sentence) {
        sentences.put(kind, sentence);
    }

    synchronized void clear(Kind kind) {
        sentences.remove(kind);
    }

    /**
     * Notes that a part of the wall has stopped for good.
     *
     * @param part what it did, as the subject of a sentence
     */
    synchronized void ended(String part, String reason) {
        endings.add(part + " has ended, so this page is no longer live: restart the wall. The reason was: " + reason
                + ".");
    }

    /**
     * Counts a record that could not be read or shown. The last one is on the page for ten minutes, and in the log at
     * most once per minute, so that a sender of bad records cannot fill it.
     */
    synchronized void addUnshown(ConsumerRecord<?, ?> record, String reason) {
        unshownRecords++;
        lastUnshown = record.topic() + "-" + record.partition() + "-" + record.offset() + ": "
                + DisplayText.of(reason, MAX_REASON_CHARACTERS);
        lastUnshownAt = clock.instant();
        if (loggedAt.isBefore(lastUnshownAt.minus(BETWEEN_LOG_LINES))) {
            loggedAt = lastUnshownAt;
            LOG.warn("{}", unshown());
        }
    }

    private String unshown() {
        return (unshownRecords == 1 ? "1 record" : unshownRecords + " records") + " could not be shown, most recently "
                + lastUnshown;
    }

    /** Whether all parts of the wall are running. */
    synchronized boolean isLive() {
        return endings.isEmpty();
    }

    synchronized List<String> sentences() {
        List<String> all = new ArrayList<>(endings);
        all.addAll(sentences.values());
        if (!lastUnshownAt.isBefore(clock.instant().minus(SHOWN))) {
            all.add(unshown() + ".");
        }
        return all;
    }
}
