package io.flinkvision.tools.catalogue;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** An attempt failed in a way that may pass; the message says how. */
final class TransientFailure extends IOException {

    private final transient Optional<Duration> retryAfter;

    TransientFailure(String message) {
        this(message, Optional.empty());
    }

    TransientFailure(String message, Throwable cause) {
        super(message, cause);
        this.retryAfter = Optional.empty();
    }

    /** @param retryAfter how long the server asks to be left alone */
    TransientFailure(String message, Optional<Duration> retryAfter) {
        super(message);
        this.retryAfter = retryAfter;
    }

    Optional<Duration> retryAfter() {
        return retryAfter;
    }
}
