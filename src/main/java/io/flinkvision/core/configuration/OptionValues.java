package io.flinkvision.core.configuration;

import io.flinkvision.core.configuration.ConfigurationException.Problem;
import io.flinkvision.core.configuration.Option.Rule;
import io.flinkvision.core.configuration.OptionType.SectionsOf;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The values of a configuration file, each of its option's type, and where each of them was set. */
public final class OptionValues {

    /**
     * A value that the file or an override sets.
     *
     * @param value of the option's type
     * @param where {@code FILE:LINE}, or the override
     */
    record Entry(Object value, String where) {}

    private final String source;
    private final List<Option<?>> options;
    private final Map<Option<?>, Entry> entries;

    OptionValues(String source, List<Option<?>> options, Map<Option<?>, Entry> entries) {
        this.source = source;
        this.options = List.copyOf(options);
        this.entries = new LinkedHashMap<>(entries);
    }

    /**
     * The value of an option that is required or has a default.
     *
     * @throws IllegalArgumentException if it has neither a value nor a default
     */
    public <T> T get(Option<T> option) {
        return find(option).orElseThrow(() -> new IllegalArgumentException(
                "Option " + option.path() + " has no value and no default; use find"));
    }

    /** The value that is set, or the default, or nothing. */
    public <T> Optional<T> find(Option<T> option) {
        Entry entry = entries.get(option);
        if (entry == null) {
            return option.sameAs().isPresent() ? find(option.sameAs().get()) : option.defaultValue();
        }
        // The reader only puts in what the option's own type has parsed.
        @SuppressWarnings("unchecked")
        T value = (T) entry.value();
        return Optional.of(value);
    }

    /** Where these values are: the file, {@code FILE:LINE} of a section in it, or the override. */
    public String source() {
        return source;
    }

    /** Whether the file or an override sets the option. */
    public boolean isSet(Option<?> option) {
        return entries.containsKey(option);
    }

    /** Whether the option belongs to this kind of file. */
    public boolean isKnown(Option<?> option) {
        return options.contains(option);
    }

    /** A problem with an option, at the line that sets it. */
    public Problem problem(Option<?> option, String message) {
        Entry entry = entries.get(option);
        return new Problem(entry == null ? source : entry.where(), option.path(), message);
    }

    /** The warnings that the options' declarations give about their values, each a sentence. */
    public List<String> warnings() {
        return options.stream().flatMap(option -> messages(option, Option::warnings).stream()).toList();
    }

    /** The problems that only show once all values are known, in the order of the options. */
    List<Problem> problems() {
        List<Problem> problems = new ArrayList<>();
        for (Option<?> option : options) {
            problems.addAll(problemsOfSections(option));
            option.neededWith().filter(needed -> isSet(option) && isKnown(needed.option()))
                    .filter(needed -> find(needed.option()).isEmpty())
                    .ifPresent(needed -> problems.add(problem(option,
                            "is set, but without " + needed.option().path() + " " + needed.otherwise())));
            messages(option, Option::checks).forEach(message -> problems.add(problem(option, message)));
        }
        return problems;
    }

    private List<Problem> problemsOfSections(Option<?> option) {
        List<Problem> problems = new ArrayList<>();
        if (option.type() instanceof SectionsOf && find(option).orElse(null) instanceof List<?> sections) {
            for (int i = 0; i < sections.size(); i++) {
                String path = SectionsOf.path(option, i);
                ((OptionValues) sections.get(i)).problems().forEach(problem -> problems.add(problem.in(path)));
            }
        }
        return problems;
    }

    private <T> List<String> messages(Option<T> option, Function<Option<T>, List<Rule<T>>> rules) {
        return find(option).stream()
                .flatMap(value -> rules.apply(option).stream()
                        .flatMap(rule -> rule.messages(option, value, this).stream()))
                .toList();
    }

    /** Every option that has a value, with its value as the type prints it, without secrets. */
    @Override
    public String toString() {
        return options.stream().flatMap(option -> text(option).stream()).collect(Collectors.joining(", "));
    }

    private <T> Optional<String> text(Option<T> option) {
        return find(option)
                .filter(value -> !(value instanceof Collection<?> list && list.isEmpty()))
                .filter(value -> !(value instanceof Map<?, ?> map && map.isEmpty()))
                .map(value -> option.path() + "=" + option.type().print(value));
    }
}
