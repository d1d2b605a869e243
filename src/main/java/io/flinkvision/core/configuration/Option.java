package io.flinkvision.core.configuration;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An option of a configuration file. It is declared in one place, from which reading, checks, warnings, the row of the
 * documentation's table and the summary in the log follow.
 *
 * @param path the keys from the top of the file, joined by dots, as in {@code sink.topic}
 * @param type of its values, with their bounds
 * @param description one or two sentences of Markdown
 * @param required whether the file must set it
 * @param defaultValue its value if it is not set
 * @param sameAs the option that has its value if it is not set
 * @param neededWith the option without which it must not be set
 * @param checks of its value beside those of other options: problems
 * @param warnings about its value beside those of other options
 * @param <T> the type of its values
 */
public record Option<T>(String path, OptionType<T> type, String description, boolean required,
        Optional<T> defaultValue, Optional<Option<T>> sameAs, Optional<Needed> neededWith, List<Rule<T>> checks,
        List<Rule<T>> warnings) {

    /** What there is to say about the value of an option beside those of other options. */
    @FunctionalInterface
    public interface Rule<T> {

        /**
         * Applies the rule to an option that has a value.
         *
         * @param values of all options
         * @return the end of a sentence that begins with the option's path, if the rule is a check; whole sentences if
         *     it is a warning; none if there is nothing to say
         */
        List<String> messages(Option<T> option, T value, OptionValues values);
    }

    /**
     * An option that another one needs.
     *
     * @param otherwise the consequence of its absence: the end of a sentence
     */
    public record Needed(Option<?> option, String otherwise) {}

    public Option {
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(description, "description");
        checks = List.copyOf(checks);
        warnings = List.copyOf(warnings);
        if (Stream.of(required, defaultValue.isPresent(), sameAs.isPresent()).filter(each -> each).count() > 1) {
            throw new IllegalArgumentException("Option " + path + " is required or has several defaults");
        }
    }

    /** An option that the file must set. */
    public static <T> Option<T> required(String path, OptionType<T> type, String description) {
        return new Option<>(path, type, description, true, Optional.empty(), Optional.empty(), Optional.empty(),
                List.of(), List.of());
    }

    /** An option with a default. */
    public static <T> Option<T> withDefault(String path, OptionType<T> type, T defaultValue, String description) {
        return new Option<>(path, type, description, false, Optional.of(defaultValue), Optional.empty(),
                Optional.empty(), List.of(), List.of());
    }

    /** An option that may be absent. */
    public static <T> Option<T> optional(String path, OptionType<T> type, String description) {
        return new Option<>(path, type, description, false, Optional.empty(), Optional.empty(), Optional.empty(),
                List.of(), List.of());
    }

    /** An option that has the value of another one if it is not set. */
    public static <T> Option<T> sameAs(Option<T> other, String path, String description) {
        return new Option<>(path, other.type(), description, false, Optional.empty(), Optional.of(other),
                Optional.empty(), List.of(), List.of());
    }

    /** This option, whose use depends on another one of the same file. */
    public Option<T> onlyWith(Option<?> other, String otherwise) {
        return new Option<>(path, type, description, required, defaultValue, sameAs,
                Optional.of(new Needed(other, otherwise)), checks, warnings);
    }

    /** This option with one more check, of a file in which each value has its type. */
    public Option<T> checkedBy(Rule<T> check) {
        return new Option<>(path, type, description, required, defaultValue, sameAs, neededWith, plus(checks, check),
                warnings);
    }

    /** This option with one more warning, about a file without problems. */
    public Option<T> warnedBy(Rule<T> warning) {
        return new Option<>(path, type, description, required, defaultValue, sameAs, neededWith, checks,
                plus(warnings, warning));
    }

    private static <T> List<Rule<T>> plus(List<Rule<T>> rules, Rule<T> rule) {
        return Stream.concat(rules.stream(), Stream.of(rule)).toList();
    }

    /** The row of the documentation's table: path, type, default and description. */
    public String tableRow() {
        String absent = required ? "required" : sameAs.map(other -> "that of `" + other.path() + "`").orElse("");
        return "| `" + path + "` | " + type.name() + " | "
                + defaultValue.map(value -> "`" + type.print(value) + "`").orElse(absent) + " | " + description + " |";
    }
}
