package io.flinkvision.job.camera;

import io.flinkvision.core.camera.CameraDeclaration;
import java.util.Objects;
import org.apache.flink.api.connector.source.SourceSplit;

/**
 * A camera that a reader is to read.
 *
 * @param camera as it was declared; its variables are resolved where it is read
 * @param session of this assignment, in milliseconds since 1970-01-01T00:00Z: larger than that of any one before
 */
record CameraSplit(CameraDeclaration camera, long session) implements SourceSplit {

    CameraSplit {
        Objects.requireNonNull(camera, "camera");
    }

    @Override
    public String splitId() {
        return camera.id();
    }

    /** Without the declaration, since Flink logs splits. */
    @Override
    public String toString() {
        return camera.id() + "-" + session;
    }
}
