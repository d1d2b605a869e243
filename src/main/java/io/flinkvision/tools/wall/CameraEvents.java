package io.flinkvision.tools.wall;

import io.flinkvision.job.event.Event;
import io.flinkvision.tools.watch.EventRecord;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * The last events of all cameras, but for the counts of minutes, which are for programs. Safe for use by several
 * threads.
 */
final class CameraEvents {

    /** Events that are kept. */
    static final int MOST = 500;

    /** Events that a page is told at once, and shows. */
    static final int MOST_TOLD = 30;

    private static final int MOST_TYPE_CHARACTERS = 20;
    private static final int MOST_NAME_CHARACTERS = 200;
    private static final int MOST_LABEL_CHARACTERS = 100;
    private static final String WITHOUT_KEY = "(no key)";

    private final LongSupplier nextVersion;
    private final InstantSource clock;
    private final Deque<Kept> events = new ArrayDeque<>();
    private long count;

    private record Kept(long version, View view) {}

    /**
     * What of an event is shown.
     *
     * @param number counts from 1
     * @param camera the id of its key
     * @param name the key, shortened
     * @param type likewise
     * @param at when it happened, in milliseconds since 1970-01-01T00:00Z
     * @param label what it is about, shortened
     * @param previous the label that it ended where another one came, shortened
     * @param durationMillis of what has ended
     */
    record View(long number, String camera, String name, String type, long at, Optional<String> label,
            Optional<String> previous, Optional<Long> durationMillis) {}

    /** @param nextVersion gives the version of a change, as {@link Cameras} counts them */
    CameraEvents(LongSupplier nextVersion, InstantSource clock) {
        this.nextVersion = nextVersion;
        this.clock = clock;
    }

    /** Takes an event. */
    synchronized void add(EventRecord event) {
        if (event.type().equals(Event.Counted.TYPE)) {
            return;
        }
        count++;
        events.addFirst(new Kept(nextVersion.getAsLong(), new View(
                count,
                Camera.id(event.key()),
                DisplayText.of(event.key().orElse(WITHOUT_KEY), MOST_NAME_CHARACTERS),
                DisplayText.of(event.type(), MOST_TYPE_CHARACTERS),
                millis(event.at()),
                event.label().map(label -> DisplayText.of(label, MOST_LABEL_CHARACTERS)),
                event.previous().map(label -> DisplayText.of(label, MOST_LABEL_CHARACTERS)),
                event.duration().map(Duration::toMillis))));
        if (events.size() > MOST) {
            events.removeLast();
        }
    }

    /** Nothing has happened in the future, nor in times that a page cannot show. */
    private long millis(Instant time) {
        Instant now = clock.instant();
        return (time.isAfter(now) ? now : time.isBefore(Instant.EPOCH) ? Instant.EPOCH : time).toEpochMilli();
    }

    /**
     * The events since a version, the newest first. One that comes while others are asked for may be told twice, which
     * its number shows.
     *
     * @param since 0 for all
     * @param wanted the ids of the cameras that are asked about
     */
    synchronized List<View> since(long since, Predicate<String> wanted) {
        return events.stream()
                .takeWhile(event -> event.version() > since)
                .map(Kept::view)
                .filter(event -> wanted.test(event.camera()))
                .limit(MOST_TOLD)
                .toList();
    }
}
