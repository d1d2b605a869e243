package io.flinkvision.core.camera;

import java.util.Objects;

/**
 * A camera to feed.
 *
 * @param id the key of its records; not blank
 * @param source where its frames come from
 * @param settings which frames are sent, and how
 */
public record CameraDefinition(String id, FrameSource source, CameraSettings settings) {

    public CameraDefinition {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(settings, "settings");
        if (id.isBlank()) {
            throw new IllegalArgumentException("The camera of " + source.description() + " needs an id");
        }
    }

    /** A camera named after its source. */
    public static CameraDefinition of(FrameSource source, CameraSettings settings) {
        return new CameraDefinition(source.defaultId(), source, settings);
    }
}
