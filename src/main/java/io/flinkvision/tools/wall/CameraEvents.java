package io.flinkvision.tools.wall;

import io.flinkvision.job.event.Event;
import io.flinkvision.job.record.RegionKey;
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
 * The last events of all cameras and their regions, without the counts of minutes, which are for programs. The key of a
 * region's event is {@code camera/region}, or {@code /region} where the pictures have no key. It could as well be a
 * camera's name: it is the region's if there is such a camera and none of the whole name. Thread-safe.
 */
final class CameraEvents {

    static final int MAX = 500;

    /** Limit to the events of one message. */
    static final int MAX_SENT = 30;

    private static final int MAX_TYPE_CHARACTERS = 20;
    private static final int MAX_NAME_CHARACTERS = 200;
    private static final int MAX_LABEL_CHARACTERS = 100;
    private static final String WITHOUT_KEY = "(no key)";

    private final LongSupplier nextVersion;
    private final Predicate<String> isCamera;
    private final InstantSource clock;
    private final Deque<Kept> events = new ArrayDeque<>();
    private long count;

    /**
     * An event.
     *
     * @param own it as that of the camera with its key
     * @param ofRegion it as that of a region, if its key may be one's
     */
    private record Kept(long version, View own, Optional<View> ofRegion) {

        private View view(Predicate<String> isCamera) {
            return isCamera.test(own.camera())
                    ? own
                    : ofRegion.filter(region -> isCamera.test(region.camera())).orElse(own);
        }
    }

    /**
     * An event for the page; texts are shortened.
     *
     * @param number from 1
     * @param camera the id of the camera's key
     * @param name the camera's key
     * @param region the region that it is about, if it is about one
     * @param at when it happened, in milliseconds since 1970-01-01T00:00Z
     * @param previous the label that a change ended
     * @param durationMillis of the label that ended, or of the silence
     */
    record View(long number, String camera, String name, Optional<String> region, String type, long at,
            Optional<String> label, Optional<String> previous, Optional<Long> durationMillis) {

        /** @param separator the index of the slash between the camera and the region in the key */
        private View ofRegion(String key, int separator) {
            Optional<String> of = Optional.of(key.substring(0, separator)).filter(name -> !name.isEmpty());
            return new View(number, Camera.id(of), DisplayText.of(of.orElse(WITHOUT_KEY), MAX_NAME_CHARACTERS),
                    Optional.of(DisplayText.of(key.substring(separator + 1), MAX_NAME_CHARACTERS)), type, at, label,
                    previous, durationMillis);
        }
    }

    /**
     * @param nextVersion of {@link Cameras}
     * @param isCamera selects the ids of known cameras
     */
    CameraEvents(LongSupplier nextVersion, Predicate<String> isCamera, InstantSource clock) {
        this.nextVersion = nextVersion;
        this.isCamera = isCamera;
        this.clock = clock;
    }

    synchronized void add(EventRecord event) {
        if (event.type().equals(Event.Counted.TYPE)) {
            return;
        }
        count++;
        View own = new View(
                count,
                Camera.id(event.key()),
                DisplayText.of(event.key().orElse(WITHOUT_KEY), MAX_NAME_CHARACTERS),
                Optional.empty(),
                DisplayText.of(event.type(), MAX_TYPE_CHARACTERS),
                millis(event.at()),
                event.label().map(label -> DisplayText.of(label, MAX_LABEL_CHARACTERS)),
                event.previous().map(label -> DisplayText.of(label, MAX_LABEL_CHARACTERS)),
                event.duration().map(Duration::toMillis));
        events.addFirst(new Kept(nextVersion.getAsLong(), own, event.key()
                .filter(key -> key.indexOf(RegionKey.SEPARATOR) >= 0)
                .map(key -> own.ofRegion(key, key.lastIndexOf(RegionKey.SEPARATOR)))));
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
                .map(event -> event.view(isCamera))
                .filter(event -> wanted.test(event.camera()))
                .limit(MAX_SENT)
                .toList();
    }
}
