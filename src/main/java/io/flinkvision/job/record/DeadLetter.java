package io.flinkvision.job.record;

import io.flinkvision.core.image.ErrorCode;
import java.time.Instant;
import java.util.Objects;

/**
 * A record that got no label, and why.
 *
 * @param source the record, unchanged
 * @param code why
 * @param message what was wrong, for a person; a long one is cut, since it may quote what it complains of
 * @param failedAt when the job gave up on it, in milliseconds' precision
 */
public record DeadLetter(RawRecord source, ErrorCode code, String message, Instant failedAt) {

    private static final int MOST_MESSAGE_CHARACTERS = 1_000;

    public DeadLetter {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(message, "message");
        Objects.requireNonNull(failedAt, "failedAt");
        if (message.length() > MOST_MESSAGE_CHARACTERS) {
            message = message.substring(0, MOST_MESSAGE_CHARACTERS) + "...";
        }
    }
}
