package io.flinkvision.tools.bench;

/** The benchmark cannot go on; the message says why. */
public final class BenchException extends RuntimeException {

    public BenchException(String message) {
        super(message);
    }

    public BenchException(String message, Throwable cause) {
        super(message, cause);
    }
}
