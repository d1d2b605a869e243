package io.flinkvision.watch;

/** A topic cannot be read or written any longer; the message says why, and what to do. */
public final class WatchException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public WatchException(String message) {
        super(message);
    }

    public WatchException(String message, Throwable cause) {
        super(message, cause);
    }
}
