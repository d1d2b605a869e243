package io.flinkvision.job.event;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Something that happened before a camera, or to it. All times are event times. */
public sealed interface Event {

    /** The types of events. */
    enum Type { STARTED, ENDED, CHANGED, OFFLINE, ONLINE, COUNTED }

    /** Its type. */
    Type type();

    /** When it happened, which is some time before it is known: a label must stay before it counts. */
    Instant at();

    /**
     * The camera shows a label, and showed none before.
     *
     * @param label the label
     * @param at time of the first frame whose smoothed score reached the enter threshold
     * @param best the best frame until the start was certain
     */
    record Started(String label, Instant at, BestFrame best) implements Event {
        public Started {
            Objects.requireNonNull(label, "label");
            Objects.requireNonNull(at, "at");
            Objects.requireNonNull(best, "best");
        }

        @Override
        public Type type() {
            return Type.STARTED;
        }
    }

    /**
     * The camera shows a label no more, and no other one instead.
     *
     * @param episode what has ended, at the first frame whose smoothed score was below the leave threshold, or at the
     *     last frame of a camera that went offline
     */
    record Ended(Episode episode) implements Event {
        public Ended {
            Objects.requireNonNull(episode, "episode");
        }

        @Override
        public Instant at() {
            return episode.until();
        }

        @Override
        public Type type() {
            return Type.ENDED;
        }
    }

    /**
     * One label has given way to another one without a gap: between the end of the one and the start of the other lies
     * less than the minimum duration (none, where that is 0), too little to be reported as a time without a label. It
     * stands for the {@link Ended} of the one and the {@link Started} of the other, neither of which is told besides.
     *
     * @param previous what has ended
     * @param label the new label
     * @param at when that began, at the earliest the end of {@code previous}
     * @param best the new label's best frame until its start was certain
     */
    record Changed(Episode previous, String label, Instant at, BestFrame best) implements Event {
        public Changed {
            Objects.requireNonNull(previous, "previous");
            Objects.requireNonNull(label, "label");
            Objects.requireNonNull(at, "at");
            Objects.requireNonNull(best, "best");
        }

        @Override
        public Type type() {
            return Type.CHANGED;
        }
    }

    /**
     * No frame has come for the time after which a camera is offline.
     *
     * @param at that time after the last frame
     * @param lastFrameAt time of the last frame
     */
    record Offline(Instant at, Instant lastFrameAt) implements Event {
        public Offline {
            Objects.requireNonNull(at, "at");
            Objects.requireNonNull(lastFrameAt, "lastFrameAt");
        }

        @Override
        public Type type() {
            return Type.OFFLINE;
        }
    }

    /**
     * A camera's first frame, or its first one after it was offline.
     *
     * @param at time of that frame
     * @param silence time since the frame before; empty where nothing is known of the camera
     */
    record Online(Instant at, Optional<Duration> silence) implements Event {
        public Online {
            Objects.requireNonNull(at, "at");
            Objects.requireNonNull(silence, "silence");
        }

        @Override
        public Type type() {
            return Type.ONLINE;
        }
    }

    /**
     * What a camera showed in a minute. When a camera goes offline the minute is told as far as it goes; if frames of
     * the same minute come after all it is told again, and the later one counts.
     *
     * @param from the minute's beginning
     * @param counts of the frames with each label at the top
     */
    record Counted(Instant from, SortedMap<String, Long> counts) implements Event {
        public Counted {
            Objects.requireNonNull(from, "from");
            counts = Collections.unmodifiableSortedMap(new TreeMap<>(counts));
        }

        /** The minute's end. */
        @Override
        public Instant at() {
            return from.plus(MinuteCounts.LENGTH);
        }

        /** All frames of the minute. */
        public long frames() {
            return counts.values().stream().mapToLong(Long::longValue).sum();
        }

        @Override
        public Type type() {
            return Type.COUNTED;
        }
    }
}
