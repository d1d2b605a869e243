package io.flinkvision.core.configuration;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The values of a configuration file, all of them of their option's type, and where each of them stands. */
public final class Configuration {

    /**
     * A value and where it stands.
     *
     * @param value of the option's type
     * @param where {@code FILE:LINE}, or the override
     */
    record Entry(Object value, String where) {}

    private final String file;
    private final Map<Option<?>, Entry> entries;

    Configuration(String file, Map<Option<?>, Entry> entries) {
        this.file = file;
        this.entries = new LinkedHashMap<>(entries);
    }

    /** The value of an option that is required or has a default. */
    public <T> T get(Option<T> option) {
        return find(option).orElseThrow(() -> new IllegalArgumentException(
                "Option " + option.path() + " has no value and no default; use find"));
    }

    /** The value of an option, or its default, or nothing. */
    public <T> Optional<T> find(Option<T> option) {
        Entry entry = entries.get(option);
        if (entry == null) {
            return option.defaultValue();
        }
        // The reader put in what the option's own type made.
        @SuppressWarnings("unchecked")
        T value = (T) entry.value();
        return Optional.of(value);
    }

    /** Whether the file or an override sets the option. */
    public boolean isSet(Option<?> option) {
        return entries.containsKey(option);
    }

    /** A problem with an option's value, at the line where it stands. */
    public Problem problem(Option<?> option, String message) {
        Entry entry = entries.get(option);
        return new Problem(entry == null ? file : entry.where(), option.path(), message);
    }
}
