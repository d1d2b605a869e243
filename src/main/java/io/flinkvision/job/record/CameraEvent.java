package io.flinkvision.job.record;

import io.flinkvision.job.event.Event;
import java.util.Objects;
import java.util.Optional;

/**
 * A record of the events' topic.
 *
 * @param key of the camera's pictures; empty where they have none
 * @param event what happened
 */
public record CameraEvent(Optional<byte[]> key, Event event) {

    public CameraEvent {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(event, "event");
    }
}
