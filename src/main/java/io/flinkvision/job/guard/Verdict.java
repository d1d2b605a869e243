package io.flinkvision.job.guard;

/** The reason to refuse a record. */
public enum Verdict {

    /** The process crashed {@link CrashGuard#MAX_CRASHES} times with this record in flight. */
    CRASHED,

    /** Its native call exceeded the deadline, and the process halted. */
    TOO_SLOW
}
