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

/** The last events of all cameras, without the counts of minutes, which are for programs. Thread-safe. */
final class CameraEvents {

    static final int MAX = 500;

    /** Limit to the events of one message. */
    static final int MAX_SENT = 30;

    private static final int MAX_TYPE_CHARACTERS = 20;
    private static final int MAX_NAME_CHARACTERS = 200;
    private static final int MAX_LABEL_CHARACTERS = 100;
    private static final String WITHOUT_KEY = "(no key)";

    private final LongSupplier nextVersion;
    private final InstantSource clock;
    private final Deque<Kept> events = new ArrayDeque<>();
    private long count;

    private record Kept(long version, View view) {}

    /**
     * An event for the page; texts are shortened.
     *
     * @param number from 1
     * @param camera the id of its key
     * @param name the key
     * @param at when it happened, in milliseconds since 1970-01-01T00:00Z
     * @param previous the label that a change ended
     * @param durationMillis of the label that ended, or of the silence
     */
    record View(long number, String camera, String name, String type, long at, Optional<String> label,
            Optional<String> previous, Optional<Long> durationMillis) {}

    /** @param nextVersion of {@link Cameras} */
    CameraEvents(LongSupplier nextVersion, InstantSource clock) {
        this.nextVersion = nextVersion;
        this.clock = clock;
    }

    synchronized void add(EventRecord event) {
        if (event.type().equals(Event.Counted.TYPE)) {
            return;
        }
        count++;
        events.addFirst(new Kept(nextVersion.getAsLong(), new View(
                count,
                Camera.id(event.key()),
                DisplayText.of(event.key().orElse(WITHOUT_KEY), MAX_NAME_CHARACTERS),
                DisplayText.of(event.type(), MAX_TYPE_CHARACTERS),
                millis(event.at()),
                event.label().map(label -> DisplayText.of(label, MAX_LABEL_CHARACTERS)),
                event.previous().map(label -> DisplayText.of(label, MAX_LABEL_CHARACTERS)),
                event.duration().map(Duration::toMillis))));
        if (events.size() > MAX) {
            events.removeLast();
        }
    }

    /** Within the range that a page can show, and not in the future. */
    private long millis(Instant time) {
        Instant now = clock.instant();
        return (time.isAfter(now) ? now : time.isBefore(Instant.EPOCH) ? Instant.EPOCH : time).toEpochMilli();
    }

    /**
     * The events since a version, the newest first. One that arrives meanwhile may be sent twice, with the same number.
     *
     * @param since 0 for all
     * @param wanted selects cameras by id
     */
    synchronized List<View> since(long since, Predicate<String> wanted) {
        return events.stream()
                .takeWhile(event -> event.version() > since)
                .map(Kept::view)
                .filter(event -> wanted.test(event.camera()))
                .limit(MAX_SENT)
                .toList();
    }
}
