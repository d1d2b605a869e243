package io.flinkvision.tools.teach;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Reads the past into {@link SeenFrames}, as far as that is needed and has not been done lately. Thread-safe. */
public final class KnownPast {

    private static final Duration LATELY = Duration.ofMinutes(10);
    private static final int MAX_READINGS_PER_CAMERA = 16;

    private final SeenFrames seen;
    private final FramePast past;
    private final InstantSource clock;

    /** By camera, the one that was read last at the end. */
    private final Map<String, Deque<Reading>> readings = new LinkedHashMap<>();

    private record Reading(Instant from, Instant until, Instant at) {

        /** A reading of a much longer time has few frames of each hour. */
        private boolean serves(Instant wantedFrom, Instant wantedUntil, Instant now) {
            Duration wanted = Duration.between(wantedFrom, wantedUntil);
            return Duration.between(at, now).compareTo(LATELY) < 0
                    && !from.isAfter(wantedFrom) && !until.isBefore(wantedUntil)
                    && Duration.between(from, until).compareTo(wanted.multipliedBy(2)) <= 0;
        }
    }

    public KnownPast(SeenFrames seen, FramePast past, InstantSource clock) {
        this.seen = seen;
        this.past = past;
        this.clock = clock;
    }

    /**
     * Reads frames of a watched camera, unless enough are known.
     *
     * @param enough frames
     * @return the time from which on frames can still be read; empty if none can
     * @throws io.flinkvision.tools.ToolException if it cannot be read
     */
    public Optional<Instant> read(String camera, Instant from, Instant until, int enough) {
        Instant watched = seen.watchedSince(camera).orElse(until);
        Instant end = watched.isBefore(until) ? watched : until;
        if (!from.isBefore(end) || seen.frames(camera, from, end).size() >= enough || isRead(camera, from, end)) {
            return past.read(camera, from, from).earliest();
        }
        FramePast.Span span = past.read(camera, from, end);
        span.frames().forEach(frame -> seen.add(camera, frame));
        remember(camera, new Reading(from, end, clock.instant()));
        return span.earliest();
    }

    private synchronized boolean isRead(String camera, Instant from, Instant until) {
        Instant now = clock.instant();
        return Optional.ofNullable(readings.get(camera)).stream()
                .flatMap(Deque::stream)
                .anyMatch(reading -> reading.serves(from, until, now));
    }

    private synchronized void remember(String camera, Reading reading) {
        Deque<Reading> ofCamera = Optional.ofNullable(readings.remove(camera)).orElseGet(ArrayDeque::new);
        ofCamera.addLast(reading);
        if (ofCamera.size() > MAX_READINGS_PER_CAMERA) {
            ofCamera.removeFirst();
        }
        readings.put(camera, ofCamera);
        if (readings.size() > SeenFrames.MAX_CAMERAS) {
            readings.remove(readings.keySet().iterator().next());
        }
    }
}
