package io.flinkvision.job.guard;

import java.util.Objects;

/**
 * A note left by a process that died.
 *
 * @param record the record in flight
 * @param tooSlow whether the process halted because the record exceeded the deadline
 */
record Note(GuardedRecord record, boolean tooSlow) {

    Note {
        Objects.requireNonNull(record, "record");
    }
}
