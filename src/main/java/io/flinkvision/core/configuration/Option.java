package io.flinkvision.core.configuration;

import java.util.Objects;
import java.util.Optional;

/**
 * A key that a configuration file may have: what the reader checks and what the documentation's table is made from.
 *
 * @param path the keys from the file's top, joined by dots, as in {@code sink.topic}
 * @param type of its values
 * @param defaultValue the value where the file has none
 * @param required whether the file must have it
 * @param description what it sets, in one or two sentences of Markdown
 * @param <T> the type of its values
 */
public record Option<T>(
        String path, OptionType<T> type, Optional<T> defaultValue, boolean required, String description) {

    public Option {
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(defaultValue, "defaultValue");
        Objects.requireNonNull(description, "description");
        if (required && defaultValue.isPresent()) {
            throw new IllegalArgumentException("Option " + path + " is required, and has a default");
        }
    }

    /** An option that must be there. */
    public static <T> Option<T> required(String path, OptionType<T> type, String description) {
        return new Option<>(path, type, Optional.empty(), true, description);
    }

    /** An option with a value of its own where it is not there. */
    public static <T> Option<T> withDefault(String path, OptionType<T> type, T defaultValue, String description) {
        return new Option<>(path, type, Optional.of(defaultValue), false, description);
    }

    /** An option that may be absent. */
    public static <T> Option<T> optional(String path, OptionType<T> type, String description) {
        return new Option<>(path, type, Optional.empty(), false, description);
    }
}
