package io.flinkvision.tools.teach;

import io.flinkvision.core.inference.Label;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A frame that is worth a label.
 *
 * @param frame it
 * @param answer what the running head says of it; empty without a head
 * @param marks why it is of special interest
 * @param isNearDuplicate whether it looks the same as a taught picture or an earlier proposal; such ones come last
 */
public record Proposal(SeenFrame frame, Optional<Label> answer, Set<Mark> marks, boolean isNearDuplicate) {

    /** A reason to look at a picture first. */
    public enum Mark {
        /** The two most probable labels are close. */
        UNCERTAIN,
        /** The head's label is not that of the most similar taught picture. */
        DISAGREES,
        /** The head was taught nothing like it. */
        UNKNOWN
    }

    public Proposal {
        Objects.requireNonNull(frame, "frame");
        Objects.requireNonNull(answer, "answer");
        marks = marks.isEmpty() ? Set.of() : Set.copyOf(EnumSet.copyOf(marks));
    }
}
