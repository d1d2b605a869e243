package io.flinkvision.job.record;

import io.flinkvision.core.image.DecodeOutcome.Rejected;
import io.flinkvision.core.image.ErrorCode;
import io.flinkvision.job.guard.CrashGuard;
import io.flinkvision.job.guard.Verdict;

/** What a dead letter says of a record that is not taken up, for what it did to the process before. */
public final class Refusal {

    private Refusal() {}

    public static Rejected of(Verdict verdict) {
        return switch (verdict) {
            case CRASHED -> new Rejected(ErrorCode.CRASHED_DECODER, "The process or its task died "
                    + CrashGuard.MOST_DEATHS + " times with this record in hand; it was not taken up again");
            case TOO_SLOW -> new Rejected(ErrorCode.TOO_SLOW, "This record was not done within crash-guard.deadline,"
                    + " and the process had to end for it; it was not taken up again");
        };
    }
}
