package io.flinkvision.core.configuration;

import java.math.BigInteger;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A type of option values: how they are read, and how the documentation and the log print them.
 *
 * @param <T> the type of the values in Java
 */
public sealed interface OptionType<T> {

    /** The type's name in the documentation's table. */
    String name();

    /** A value for people to read, without secrets. */
    String print(T value);

    /**
     * A single value.
     *
     * @param parser from the value's text; throws {@link IllegalArgumentException} with what was expected instead
     */
    record Scalar<T>(String name, Function<String, T> parser, Function<T, String> printer) implements OptionType<T> {

        /**
         * The type of those values that hold a condition.
         *
         * @param requirement the condition as the beginning of a message, such as "must be at least 1"
         */
        public Scalar<T> that(Predicate<T> condition, String requirement) {
            return new Scalar<>(name, text -> {
                T value = parser.apply(text);
                if (!condition.test(value)) {
                    throw new IllegalArgumentException(requirement + ", not '" + text + "'");
                }
                return value;
            }, printer);
        }

        @Override
        public String print(T value) {
            return printer.apply(value);
        }
    }

    /**
     * A list of values; a single value is a list of its parts between commas, so that an environment variable can hold
     * a list.
     *
     * @param canBeEmpty whether a list without values is valid
     */
    record ListOf<E>(Scalar<E> element, boolean canBeEmpty) implements OptionType<List<E>> {
        @Override
        public String name() {
            return "list of " + element.name();
        }

        @Override
        public String print(List<E> value) {
            return value.stream().map(element::print).collect(Collectors.joining(", ", "[", "]"));
        }
    }

    /** Keys and values of free choice, the values of which may be secrets. */
    record Properties() implements OptionType<Map<String, String>> {
        @Override
        public String name() {
            return "properties";
        }

        @Override
        public String print(Map<String, String> value) {
            return value.keySet().stream().sorted().collect(Collectors.joining(", ", "{", "}"));
        }
    }

    /**
     * A list of sections, each of which has values of the same options.
     *
     * @param options whose paths are those within a section
     */
    record SectionsOf(List<Option<?>> options) implements OptionType<List<OptionValues>> {

        public SectionsOf {
            options = List.copyOf(options);
        }

        @Override
        public String name() {
            return "list of sections";
        }

        @Override
        public String print(List<OptionValues> value) {
            return value.stream().map(section -> "{" + section + "}").collect(Collectors.joining(", ", "[", "]"));
        }

        /** The path of a section, which counts from 0, as in {@code regions[0]}. */
        public static String path(Option<?> sections, int index) {
            return sections.path() + "[" + index + "]";
        }
    }

    static <E> ListOf<E> listOf(Scalar<E> element) {
        return new ListOf<>(element, true);
    }

    static <E> ListOf<E> nonEmptyListOf(Scalar<E> element) {
        return new ListOf<>(element, false);
    }

    /** Text that is not blank. */
    static Scalar<String> text() {
        return new Scalar<>("text", text -> {
            if (text.isBlank()) {
                throw new IllegalArgumentException("must not be blank");
            }
            return text;
        }, Function.identity());
    }

    /** A whole number within bounds, both of which are allowed. */
    static Scalar<Integer> wholeNumber(int min, int max) {
        return new Scalar<>("whole number", text -> {
            long number = digits(text).longValueExact();
            if (number < min || number > max) {
                throw new IllegalArgumentException("must be from " + min + " to " + max + ", not " + text);
            }
            return (int) number;
        }, String::valueOf);
    }

    /** A number with or without a fraction. */
    static Scalar<Double> number() {
        return new Scalar<>("number", text -> {
            // Java's own parser would also take 1d and 0x1p3.
            if (text.matches("[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]+)?")
                    && Double.isFinite(Double.parseDouble(text))) {
                return Double.parseDouble(text);
            }
            throw new IllegalArgumentException("must be a number, not '" + text + "'");
        }, String::valueOf);
    }

    /** {@code true} or {@code false}. */
    static Scalar<Boolean> truth() {
        return new Scalar<>("true or false", text -> switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("must be true or false, not '" + text + "'");
        }, String::valueOf);
    }

    /** One of an enumeration's constants, written {@code like-this}. */
    static <E extends Enum<E>> Scalar<E> oneOf(Class<E> type) {
        List<String> names = Arrays.stream(type.getEnumConstants()).map(OptionType::kebabCase).toList();
        return new Scalar<>(String.join(", ", names), text -> {
            int index = names.indexOf(text);
            if (index < 0) {
                throw new IllegalArgumentException("must be one of " + String.join(", ", names) + ", not '" + text
                        + "'" + NearestName.hint(text, names));
            }
            return type.getEnumConstants()[index];
        }, OptionType::kebabCase);
    }

    /** {@code 500 ms}, {@code 10 s}, {@code 5 min}, {@code 1 h}, {@code 1 d}, or ISO 8601's {@code PT10S}. */
    static Scalar<Duration> duration() {
        return new Scalar<>("duration", OptionType::parseDuration, OptionType::printDuration);
    }

    /** A duration with a lower bound, which is allowed. */
    static Scalar<Duration> duration(Duration min) {
        return duration().that(duration -> duration.compareTo(min) >= 0, "must be at least " + printDuration(min));
    }

    /** A number of bytes: {@code 65536}, {@code 64 KiB}, {@code 16 MiB}, {@code 1 GiB}; at least 1. */
    static Scalar<Long> memorySize() {
        return new Scalar<>("bytes", OptionType::parseBytes, OptionType::printBytes);
    }

    private static String kebabCase(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static BigInteger digits(String text) {
        if (!text.matches("-?[0-9]{1,18}")) {
            throw new IllegalArgumentException("must be a whole number, not '" + text + "'");
        }
        return new BigInteger(text);
    }

    private static Duration parseDuration(String text) {
        try {
            Duration duration = text.startsWith("P") ? Duration.parse(text) : parseAmountAndUnit(text);
            // Flink and Kafka count in milliseconds.
            if (!duration.isNegative() && duration.toMillis() >= 0) {
                return duration;
            }
        } catch (DateTimeParseException | ArithmeticException e) {
            // The message below names the units.
        }
        throw noDuration(text);
    }

    private static Duration parseAmountAndUnit(String text) {
        Matcher matcher = Pattern.compile("([0-9]{1,15}) ?(ms|s|min|h|d)").matcher(text);
        if (!matcher.matches()) {
            throw noDuration(text);
        }
        long amount = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "min" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
    }

    private static IllegalArgumentException noDuration(String text) {
        return new IllegalArgumentException(
                "must be a duration such as 500 ms, 10 s, 5 min, 1 h or 1 d, not '" + text + "'");
    }

    private static String printDuration(Duration duration) {
        if (duration.toMillis() % 1000 != 0) {
            return duration.toMillis() + " ms";
        }
        if (duration.toSeconds() % 60 != 0 || duration.isZero()) {
            return duration.toSeconds() + " s";
        }
        return duration.toMinutes() % (24 * 60) == 0 ? duration.toDays() + " d" : duration.toMinutes() + " min";
    }

    private static long parseBytes(String text) {
        Matcher matcher = Pattern.compile("([0-9]{1,15}) ?(B|KiB|MiB|GiB)?").matcher(text);
        List<String> units = List.of("B", "KiB", "MiB", "GiB");
        if (matcher.matches()) {
            long amount = Long.parseLong(matcher.group(1));
            int power = matcher.group(2) == null ? 0 : units.indexOf(matcher.group(2));
            if (amount >= 1 && amount <= Long.MAX_VALUE >> 10 * power) {
                return amount << 10 * power;
            }
        }
        throw new IllegalArgumentException(
                "must be a number of bytes such as 65536, 64 KiB, 16 MiB or 1 GiB, not '" + text + "'");
    }

    private static String printBytes(long bytes) {
        if (bytes % (1L << 30) == 0) {
            return (bytes >> 30) + " GiB";
        }
        if (bytes % (1L << 20) == 0) {
            return (bytes >> 20) + " MiB";
        }
        return bytes % (1L << 10) == 0 ? (bytes >> 10) + " KiB" : String.valueOf(bytes);
    }
}
