package io.flinkvision.job.event;

import java.util.List;
import java.util.Objects;

/**
 * What follows from a frame, or from there being none.
 *
 * @param state of the camera after it
 * @param events that have become certain by it, the earliest first
 */
public record Step(CameraState state, List<Event> events) {

    public Step {
        Objects.requireNonNull(state, "state");
        events = List.copyOf(events);
    }
}
