package io.flinkvision.cli;

import io.flinkvision.image.ErrorCode;
import io.flinkvision.inference.Label;
import java.util.List;
import java.util.Objects;

/** What became of a file. */
sealed interface FileOutcome {

    /**
     * It got labels.
     *
     * @param labels in falling order of their scores
     */
    record Classified(List<Label> labels) implements FileOutcome {
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
    record Failed(ErrorCode code, String message) implements FileOutcome {
        public Failed {
            Objects.requireNonNull(code, "code");
            Objects.requireNonNull(message, "message");
        }
    }
}
