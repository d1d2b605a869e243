package io.flinkvision.tools.feed;

import java.util.Objects;

/**
 * A source of frames under the id that becomes their key.
 *
 * @param id the key of its records; not empty
 * @param source where its frames come from
 * @param settings which of them are sent, and how
 */
public record CameraDefinition(String id, FrameSource source, CameraSettings settings) {

    public CameraDefinition {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(settings, "settings");
        if (id.isBlank()) {
            throw new IllegalArgumentException("The camera of " + source.description() + " needs an id");
        }
    }

    /** A camera that is named after its source. */
    public static CameraDefinition of(FrameSource source, CameraSettings settings) {
        return new CameraDefinition(source.defaultId(), source, settings);
    }
}
