package io.flinkvision.core.inference;

import io.flinkvision.core.image.ErrorCode;
import java.util.List;
import java.util.Objects;

/** What became of a picture: a value, not an exception, because a bad picture is a normal event. */
public sealed interface PictureOutcome {

    /**
     * It got labels.
     *
     * @param labels in falling order of their scores
     */
    record Classified(List<Label> labels) implements PictureOutcome {
        public Classified {
            labels = List.copyOf(labels);
        }
    }

    /**
     * It got none.
     *
     * @param code why
     * @param message what was wrong, for a person
     */
    record Failed(ErrorCode code, String message) implements PictureOutcome {
        public Failed {
            Objects.requireNonNull(code, "code");
            Objects.requireNonNull(message, "message");
        }
    }
}
