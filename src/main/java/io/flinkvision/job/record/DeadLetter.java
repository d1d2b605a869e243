package io.flinkvision.job.record;

import io.flinkvision.core.image.DecodeOutcome.Rejected;
import io.flinkvision.core.image.ErrorCode;
import io.flinkvision.job.guard.CrashGuard;
import io.flinkvision.job.guard.Verdict;
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

    private static final int MAX_MESSAGE_LENGTH = 1_000;

    public DeadLetter {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(message, "message");
        Objects.requireNonNull(failedAt, "failedAt");
        if (message.length() > MAX_MESSAGE_LENGTH) {
            message = message.substring(0, MAX_MESSAGE_LENGTH) + "...";
        }
    }

    /** The rejection of a record that crashed or blocked the process. */
    public static Rejected reason(Verdict verdict) {
        return switch (verdict) {
            case CRASHED -> new Rejected(ErrorCode.CRASHED_DECODER, "The process or its task crashed "
                    + CrashGuard.MAX_CRASHES + " times with this record in flight; it was not tried again");
            case TOO_SLOW -> new Rejected(ErrorCode.TOO_SLOW, "This record exceeded crash-guard.deadline, and the"
                    + " process had to halt; it was not tried again");
        };
    }
}
