package io.flinkvision.job.event;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The frames of a camera's current minute, a tumbling window in event time.
 *
 * @param from the minute's beginning
 * @param counts of the frames with each label at the top; a frame without labels is not counted
 * @param told whether these counts have been told already; so is a minute without any
 */
public record MinuteCounts(Instant from, SortedMap<String, Long> counts, boolean told) {

    static final Duration LENGTH = Duration.ofMinutes(1);

    public MinuteCounts {
        Objects.requireNonNull(from, "from");
        counts = Collections.unmodifiableSortedMap(new TreeMap<>(counts));
    }

    static MinuteCounts of(Frame frame) {
        return new MinuteCounts(frame.time().truncatedTo(ChronoUnit.MINUTES), Collections.emptySortedMap(), true)
                .plus(frame);
    }

    boolean holds(Frame frame) {
        return frame.time().truncatedTo(ChronoUnit.MINUTES).equals(from);
    }

    MinuteCounts plus(Frame frame) {
        return frame.topLabel().map(label -> {
            SortedMap<String, Long> sums = new TreeMap<>(counts);
            sums.merge(label, 1L, Long::sum);
            return new MinuteCounts(from, sums, false);
        }).orElse(this);
    }

    MinuteCounts asTold() {
        return new MinuteCounts(from, counts, true);
    }

    /** The first time after the minute. */
    public Instant end() {
        return from.plus(LENGTH);
    }
}
