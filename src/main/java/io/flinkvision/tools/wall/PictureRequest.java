package io.flinkvision.tools.wall;

import io.flinkvision.job.record.RecordCoordinates;
import java.util.Objects;

/**
 * A picture that somebody would like to see.
 *
 * @param holder the id of what it is shown for: a camera, or a dead letter
 * @param record the Kafka record that holds it
 */
record PictureRequest(String holder, RecordCoordinates record) {

    PictureRequest {
        Objects.requireNonNull(holder, "holder");
        Objects.requireNonNull(record, "record");
    }
}
