package io.flinkvision.job.guard;

import java.util.Objects;

/**
 * What a process left behind that died with a record in hand.
 *
 * @param record the record
 * @param tooSlow whether the process ended itself, since the record's native call did not return in time
 */
record Note(RecordPosition record, boolean tooSlow) {

    Note {
        Objects.requireNonNull(record, "record");
    }
}
