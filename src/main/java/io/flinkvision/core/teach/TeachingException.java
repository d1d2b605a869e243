package io.flinkvision.core.teach;

/** Pictures that nothing can be taught from; the message says why, and what to do. */
public final class TeachingException extends RuntimeException {

    public TeachingException(String message) {
        super(message);
    }

    public TeachingException(String message, Throwable cause) {
        super(message, cause);
    }
}
