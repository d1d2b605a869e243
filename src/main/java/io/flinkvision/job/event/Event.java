package io.flinkvision.job.event;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Something that a camera showed, or that happened to it. All times are event times. */
public sealed interface Event {

    /** The types that a detector finds. */
    List<String> TYPES = List.of(
            Started.TYPE, Ended.TYPE, Changed.TYPE, Offline.TYPE, Online.TYPE, Counted.TYPE,
            TroubleStarted.TYPE, TroubleEnded.TYPE);

    /** Its name in records, metrics and the state; it never changes. */
    String type();

    /** When it happened, some time before it is known: a label must stay for the minimum duration. */
    Instant at();

    /**
     * The camera shows a label, and showed none before.
     *
     * @param label the label
     * @param at time of the first frame whose smoothed score reached the enter threshold
     * @param best the best frame until the start was certain
     */
    record Started(String label, Instant at, BestFrame best) implements Event {

        public static final String TYPE = "started";

        public Started {
            Objects.requireNonNull(label, "label");
            Objects.requireNonNull(at, "at");
            Objects.requireNonNull(best, "best");
        }

        @Override
        public String type() {
            return TYPE;
        }
    }

    /**
     * The camera no longer shows a label, nor another one instead.
     *
     * @param episode what has ended, at the first frame whose smoothed score was below the leave threshold, or at the
     *     last frame of a camera that went offline
     */
    record Ended(Episode episode) implements Event {

        public static final String TYPE = "ended";

        public Ended {
            Objects.requireNonNull(episode, "episode");
        }

        @Override
        public Instant at() {
            return episode.until();
        }

        @Override
        public String type() {
            return TYPE;
        }
    }

    /**
     * One label has given way to another one without a gap: between the end of the one and the start of the other lies
     * less than the minimum duration (none, if that is 0), too little to be reported as a time without a label. It
     * replaces the {@link Ended} of the one and the {@link Started} of the other.
     *
     * @param previous what has ended
     * @param label the new label
     * @param at when that began, at the earliest the end of {@code previous}
     * @param best the new label's best frame until its start was certain
     */
    record Changed(Episode previous, String label, Instant at, BestFrame best) implements Event {

        public static final String TYPE = "changed";

        public Changed {
            Objects.requireNonNull(previous, "previous");
            Objects.requireNonNull(label, "label");
            Objects.requireNonNull(at, "at");
            Objects.requireNonNull(best, "best");
        }

        @Override
        public String type() {
            return TYPE;
        }
    }

    /**
     * No frame has come for the time after which a camera is offline.
     *
     * @param at that time after the last frame
     * @param lastFrameAt time of the last frame
     */
    record Offline(Instant at, Instant lastFrameAt) implements Event {

        public static final String TYPE = "offline";

        public Offline {
            Objects.requireNonNull(at, "at");
            Objects.requireNonNull(lastFrameAt, "lastFrameAt");
        }

        @Override
        public String type() {
            return TYPE;
        }
    }

    /**
     * A camera's first frame, or its first one after it was offline.
     *
     * @param at time of that frame
     * @param silence time since the frame before; empty where nothing is known of the camera
     */
    record Online(Instant at, Optional<Duration> silence) implements Event {

        public static final String TYPE = "online";

        public Online {
            Objects.requireNonNull(at, "at");
            Objects.requireNonNull(silence, "silence");
        }

        @Override
        public String type() {
            return TYPE;
        }
    }

    /**
     * The labels that a camera showed in a minute. When a camera goes offline, its incomplete minute is reported; if
     * more frames of it follow, it is reported again, and the last report counts.
     *
     * @param from the minute's beginning
     * @param counts of the frames with each label at the top; frames without labels are left out
     */
    record Counted(Instant from, SortedMap<String, Long> counts) implements Event {

        public static final String TYPE = "counted";

        public Counted {
            Objects.requireNonNull(from, "from");
            counts = Collections.unmodifiableSortedMap(new TreeMap<>(counts));
        }

        /** The minute's end. */
        @Override
        public Instant at() {
            return from.plus(MinuteCounts.LENGTH);
        }

        /** All frames of the minute that had labels. */
        public long frames() {
            return counts.values().stream().mapToLong(Long::longValue).sum();
        }

        @Override
        public String type() {
            return TYPE;
        }
    }

    /**
     * Something is wrong with the camera.
     *
     * @param trouble what that is
     * @param at time of the first frame that shows it
     * @param frame the id of that
     */
    record TroubleStarted(Trouble trouble, Instant at, String frame) implements Event {

        public static final String TYPE = "trouble-started";

        public TroubleStarted {
            Objects.requireNonNull(trouble, "trouble");
            Objects.requireNonNull(at, "at");
            Objects.requireNonNull(frame, "frame");
        }

        @Override
        public String type() {
            return TYPE;
        }
    }

    /**
     * The camera no longer has a trouble.
     *
     * @param trouble what it had
     * @param from when that began
     * @param at time of the first frame that does not show it any more
     */
    record TroubleEnded(Trouble trouble, Instant from, Instant at) implements Event {

        public static final String TYPE = "trouble-ended";

        public TroubleEnded {
            Objects.requireNonNull(trouble, "trouble");
            if (at.isBefore(from)) {
                throw new IllegalArgumentException(
                        "The camera was " + trouble.id() + " from " + from + ", which ended before: " + at);
            }
        }

        public Duration duration() {
            return Duration.between(from, at);
        }

        @Override
        public String type() {
            return TYPE;
        }
    }

    /**
     * An event of a type that only a newer job knows. This one never finds it, but its readers may meet it.
     *
     * @param type its type
     * @param at when it happened
     */
    record Unknown(String type, Instant at) implements Event {
        public Unknown {
            Objects.requireNonNull(type, "type");
            Objects.requireNonNull(at, "at");
        }
    }
}
