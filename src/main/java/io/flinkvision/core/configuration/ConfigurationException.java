package io.flinkvision.core.configuration;

import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/** A configuration with problems; the message has a line for each. */
public final class ConfigurationException extends RuntimeException {

    /**
     * Something wrong in a configuration.
     *
     * @param where {@code FILE:LINE}, or the override or file as a whole
     * @param key the path of the key, as in {@code sink.topic}; empty if it is about the whole file
     * @param message what is wrong and what to do
     */
    public record Problem(String where, String key, String message) implements Serializable {

        public Problem {
            Objects.requireNonNull(where, "where");
            Objects.requireNonNull(key, "key");
            Objects.requireNonNull(message, "message");
        }

        /**
         * The same problem, of a section's option.
         *
         * @param section path of the section
         */
        public Problem in(String section) {
            return new Problem(where, key.isEmpty() ? section : section + "." + key, message);
        }

        /** {@code FILE:LINE: KEY: MESSAGE}. */
        @Override
        public String toString() {
            return where + ": " + (key.isEmpty() ? "" : key + ": ") + message;
        }
    }

    private final List<Problem> problems;

    /** @param problems at least one */
    public ConfigurationException(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    /** In the order of the file. */
    public List<Problem> problems() {
        return problems;
    }
}
