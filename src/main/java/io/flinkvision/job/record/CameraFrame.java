package io.flinkvision.job.record;

import io.flinkvision.core.camera.CameraDeclaration;
import io.flinkvision.job.guard.RecordPosition;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * A frame that a job has read from a camera, without Kafka in between.
 *
 * @param camera its id
 * @param session when a reader took the camera over, in milliseconds since 1970-01-01T00:00Z: later ones are larger
 * @param number the frame's place in the session, from 0; frames that were not taken count
 */
public record CameraFrame(String camera, long session, long number) implements PictureOrigin {

    /** Bytes of a camera's id in UTF-8. */
    private static final int MAX_CAMERA_BYTES = CameraDeclaration.MAX_ID_BYTES;

    public CameraFrame {
        Objects.requireNonNull(camera, "camera");
        if (!isCamera(camera)) {
            throw new IllegalArgumentException("A camera's id has from 1 to " + MAX_CAMERA_BYTES
                    + " bytes and is not blank, unlike '" + PrintableText.escaped(camera) + "'");
        }
        if (session < 0 || number < 0) {
            throw new IllegalArgumentException(
                    "No frame of " + camera + " has the session " + session + " and the number " + number);
        }
    }

    /** Whether a text can be a camera's id. */
    public static boolean isCamera(String id) {
        return !id.isBlank() && id.getBytes(StandardCharsets.UTF_8).length <= MAX_CAMERA_BYTES;
    }

    /** No two frames share one: cameras send fewer than 1,000 a second, and a session begins after the one before. */
    @Override
    public RecordPosition position() {
        return new RecordPosition(camera, 0, session + number);
    }

    /** {@code camera-session-number}, the {@code id} of an output record. */
    @Override
    public String toString() {
        return camera + "-" + session + "-" + number;
    }
}
