package io.flinkvision.tools.teach;

import io.flinkvision.core.teach.Interval;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;

/**
 * What people said of a region's answers: {@value #PER_WEEK} random and {@value #PER_WEEK} uncertain ones of each head
 * and week. Thread-safe.
 */
public final class Reviews {

    /** Pictures of each kind that are to be judged, of one head and week. */
    public static final int PER_WEEK = 20;

    private Reviews() {}

    /** How a picture was chosen. */
    public enum Kind {
        /** By the digest of its id, which says nothing of it: the precision of these is that of the head. */
        RANDOM,
        /** Since the head was least certain: the precision of these is lower than that of the head. */
        UNCERTAIN
    }

    /**
     * An answer of a head.
     *
     * @param id of the picture, see {@link PictureId}
     * @param at its capture time
     * @param head the digest of the head
     * @param label the most probable one
     * @param score its probability, from 0 to 1
     */
    public record Answer(String id, Instant at, String head, String label, double score) {

        public Answer {
            Objects.requireNonNull(id, "id");
            Objects.requireNonNull(at, "at");
            Objects.requireNonNull(head, "head");
            Objects.requireNonNull(label, "label");
        }
    }

    /** An answer that is to be judged. */
    public record Question(Answer answer, Kind kind) {}

    /**
     * The measured precision of a head in a week.
     *
     * @param week such as {@code 2026-W48} (ISO 8601), by capture time in UTC
     * @param head its digest
     * @param right how many answers were right
     * @param count how many were judged, at least 1
     * @param precision their ratio with its 95 % interval
     */
    public record Measured(String week, String head, Kind kind, int right, int count, Interval precision) {}

    /**
     * The answers that nobody has judged yet, of those that are chosen. Whoever asks gets the same ones of the same
     * answers.
     *
     * @param answers of any heads and weeks
     * @param head whose answers are to be judged
     * @param now of whose week
     */
    public List<Question> questions(Collection<Answer> answers, String head, Instant now) {
        throw new UnsupportedOperationException();
    }

    /** Keeps a judgement, in place of an earlier one of the same answer and kind. */
    public void judge(Question question, boolean right, String who) {
        throw new UnsupportedOperationException();
    }

    /** The measured precision, the latest week first, random before uncertain ones. */
    public List<Measured> measured() {
        throw new UnsupportedOperationException();
    }
}
