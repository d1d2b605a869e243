package io.flinkvision.stream;

import io.flinkvision.image.ErrorCode;
import java.time.Instant;
import java.util.Objects;

/**
 * A record that got no label, and why.
 *
 * @param source the record, unchanged
 * @param code why
 * @param message what was wrong, for a person
 * @param failedAt when the job gave up on it, in milliseconds' precision
 */
public record DeadLetter(ImageRecord source, ErrorCode code, String message, Instant failedAt) {

    public DeadLetter {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(message, "message");
        Objects.requireNonNull(failedAt, "failedAt");
    }
}
