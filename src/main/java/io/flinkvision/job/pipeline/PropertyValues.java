package io.flinkvision.job.pipeline;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The values of {@code --set} among a job's arguments, which may be passwords: picocli repeats an argument that it
 * cannot place, such as the second word of a login that lacks its quotation marks, and Flink's client prints that.
 */
final class PropertyValues {

    private static final Pattern OPTION = Pattern.compile("--set(?:=(.*))?", Pattern.DOTALL);

    /** As much of an argument as can be a key. */
    private static final Pattern KEY = Pattern.compile("([A-Za-z0-9._-]*)[=:\\s](.*)", Pattern.DOTALL);

    private PropertyValues() {}

    /** A message with dots in place of each value; without that option there are none. */
    static String hide(String message, String[] arguments) {
        String hidden = message;
        for (String value : values(arguments)) {
            hidden = hidden.replaceAll("(?<![A-Za-z0-9])" + Pattern.quote(value) + "(?![A-Za-z0-9])", "...");
        }
        return hidden;
    }

    private static List<String> values(String[] arguments) {
        List<String> values = new ArrayList<>();
        boolean isValue = false;
        boolean anyBefore = false;
        for (String argument : arguments) {
            Matcher option = OPTION.matcher(argument);
            boolean isOption = option.matches();
            if (isOption || isValue || anyBefore && !argument.startsWith("-")) {
                String text = isOption ? option.group(1) == null ? "" : option.group(1) : argument;
                Matcher key = KEY.matcher(text);
                if (key.matches()) {
                    values.add(key.group(2));
                } else if (isValue) {
                    values.add(text);
                }
            }
            isValue = isOption && option.group(1) == null || argument.endsWith("=");
            anyBefore |= isOption;
        }
        // A long value may contain a short one.
        return values.stream()
                .filter(value -> !value.isBlank())
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList();
    }
}
