package io.flinkvision.tools.feed;

import java.util.Objects;

/**
 * A source of frames under the id that becomes their key.
 *
 * @param id the key of its records; not empty
 * @param source where its frames come from
 * @param settings which of them are sent, and how
 */
public record Camera(String id, Source source, CameraSettings settings) {

    public Camera {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(settings, "settings");
        if (id.isBlank()) {
            throw new IllegalArgumentException("The camera of " + source.description() + " needs an id");
        }
    }

    /** A camera that is named after its source. */
    public static Camera of(Source source, CameraSettings settings) {
        return new Camera(source.defaultId(), source, settings);
    }
}
