package io.flinkvision.tools.teach;

import io.flinkvision.job.record.RecordCoordinates;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * A frame of a camera that a job has answered. Its picture is still in the images topic, or retention has deleted it.
 *
 * @param source the record that holds the picture
 * @param capturedAt when it was taken; without a capture time, when the answer was written
 * @param answers the answers for its regions; none where none was due
 */
public record SeenFrame(RecordCoordinates source, Instant capturedAt, List<Answer> answers) {

    /** What a camera sees but rarely must survive: after a change of the labels less time has to pass. */
    public static final int CHANGE_PRIVILEGE = 4;

    private static final Pattern ID = Pattern.compile("([a-zA-Z0-9._-]{1,249})-([0-9]{1,9})-([0-9]{1,18})");

    public SeenFrame {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(capturedAt, "capturedAt");
        answers = List.copyOf(answers);
    }

    /**
     * The job's answer for a region.
     *
     * @param region the region's name
     * @param label the most probable one
     * @param score that label's probability, from 0 to 1
     * @param unknown whether the head was taught nothing like it
     */
    public record Answer(String region, String label, float score, boolean unknown) {

        public Answer {
            Objects.requireNonNull(region, "region");
            Objects.requireNonNull(label, "label");
        }

        private boolean saysTheSameAs(Answer other) {
            return label.equals(other.label) && region.equals(other.region);
        }
    }

    /** {@code topic-partition-offset} of the picture, by which pages name it. */
    public String id() {
        return source.toString();
    }

    /** The answer for a region; empty where it was not due. */
    public Optional<Answer> answer(String region) {
        return answers.stream().filter(answer -> answer.region().equals(region)).findFirst();
    }

    /** Whether both frames have the same labels in the same regions. */
    private boolean saysTheSameAs(SeenFrame other) {
        return answers.size() == other.answers.size()
                && IntStream.range(0, answers.size()).allMatch(i -> answers.get(i).saysTheSameAs(other.answers.get(i)));
    }

    /**
     * Whether this frame is worth keeping beside one that is near it in time.
     *
     * @param millis time between them after which it is
     * @param millisAfterChange the same if they do not say the same
     */
    public boolean isApart(SeenFrame other, long millis, long millisAfterChange) {
        long passed = Math.abs(Duration.between(other.capturedAt, capturedAt).toMillis());
        return passed >= millis || passed >= millisAfterChange && !saysTheSameAs(other);
    }

    /** The record that an {@link #id} names; empty if it is none. */
    public static Optional<RecordCoordinates> source(String id) {
        Matcher parts = ID.matcher(id);
        return parts.matches()
                ? Optional.of(new RecordCoordinates(
                        parts.group(1), Integer.parseInt(parts.group(2)), Long.parseLong(parts.group(3))))
                : Optional.empty();
    }
}
