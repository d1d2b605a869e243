package io.flinkvision.job.record;

import io.flinkvision.job.guard.RecordPosition;
import java.util.Optional;

/**
 * Where a picture was read, which identifies it: a record of Kafka, or a frame that a job read from a camera itself.
 */
public sealed interface PictureOrigin permits RecordCoordinates, CameraFrame {

    /** For the notes of the crash guard. */
    RecordPosition position();

    /** The record of an input topic; empty for a camera's frame, which is on no topic. */
    default Optional<RecordCoordinates> inKafka() {
        return this instanceof RecordCoordinates record ? Optional.of(record) : Optional.empty();
    }
}
