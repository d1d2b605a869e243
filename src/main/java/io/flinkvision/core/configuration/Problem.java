package io.flinkvision.core.configuration;

import java.io.Serializable;
import java.util.Objects;

/**
 * Something wrong in a configuration.
 *
 * @param where {@code FILE:LINE}, or the override or file as a whole
 * @param key the path of the key, as in {@code sink.topic}; may be empty where it is about the whole file
 * @param message what is wrong and what to do
 */
public record Problem(String where, String key, String message) implements Serializable {

    public Problem {
        Objects.requireNonNull(where, "where");
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(message, "message");
    }

    /** {@code FILE:LINE: KEY: MESSAGE}. */
    @Override
    public String toString() {
        return where + ": " + (key.isEmpty() ? "" : key + ": ") + message;
    }
}
