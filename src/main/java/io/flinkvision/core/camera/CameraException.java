package io.flinkvision.core.camera;

/**
 * A source that cannot be read and for which a retry would not help: a wrong password, an unknown codec, a missing
 * folder. Failures that may pass are {@link java.io.IOException}s. The message is for the user who named the source; it
 * contains no password.
 */
public final class CameraException extends RuntimeException {

    /** @param message what is wrong, with which source, and what to do */
    public CameraException(String message) {
        super(message);
    }

    public CameraException(String message, Throwable cause) {
        super(message, cause);
    }
}
