package io.flinkvision.job.guard;

/** Why a record is not to be taken up again. */
public enum Verdict {

    /** The process died as often as {@link CrashGuard#MOST_DEATHS} with this record in hand. */
    CRASHED,

    /** Its native call was still under way at the deadline, and the process ended itself for that. */
    TOO_SLOW
}
