package io.flinkvision.core.inference;

/** A network could not be loaded, or failed on a picture; the message says which and why. */
public final class InferenceException extends RuntimeException {

    public InferenceException(String message) {
        super(message);
    }

    public InferenceException(String message, Throwable cause) {
        super(message, cause);
    }
}
