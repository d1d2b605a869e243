package io.flinkvision.tools.feed;

/**
 * A source that cannot be read, and that waiting will not mend: a wrong password, an unknown codec, a folder that is
 * not there. What may mend is an {@link java.io.IOException}. The message is for the person who named the source; it
 * holds no password.
 */
public final class CameraException extends RuntimeException {

    /** @param message what is wrong, with which source, and what to do */
    public CameraException(String message) {
        super(message);
    }

    /**
     * @param message what is wrong, with which source, and what to do
     * @param cause what told it
     */
    public CameraException(String message, Throwable cause) {
        super(message, cause);
    }
}
