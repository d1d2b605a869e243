package io.flinkvision.configuration;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Puts environment variables into values: {@code ${NAME}}, {@code ${NAME:default}}; {@code $${} stands for
 * <code>${</code> itself.
 *
 * @param values by name
 */
record EnvironmentVariables(Map<String, String> values) {

    private static final Pattern REFERENCE =
            Pattern.compile("\\$\\$\\{|\\$\\{([A-Za-z_][A-Za-z0-9_]*)(:([^}]*))?}|\\$\\{");

    EnvironmentVariables {
        values = Map.copyOf(values);
    }

    /**
     * The text with each reference replaced.
     *
     * @throws IllegalArgumentException if a variable is not set and has no default, or a reference is malformed
     */
    String substitute(String text) {
        Matcher matcher = REFERENCE.matcher(text);
        StringBuilder result = new StringBuilder();
        while (matcher.find()) {
            matcher.appendReplacement(result, Matcher.quoteReplacement(replacement(matcher)));
        }
        return matcher.appendTail(result).toString();
    }

    private String replacement(Matcher matcher) {
        String name = matcher.group(1);
        if (name != null && matcher.group().indexOf("${", 1) > 0) {
            throw new IllegalArgumentException("the default of " + name + " must not refer to another variable");
        }
        if (name != null) {
            String value = values.getOrDefault(name, matcher.group(3));
            if (value == null) {
                throw new IllegalArgumentException("the environment variable " + name
                        + " is not set; set it, or give it a default: ${" + name + ":default}");
            }
            return value;
        }
        if (matcher.group().startsWith("$$")) {
            return "${";
        }
        throw new IllegalArgumentException("a ${ must be ${NAME} or ${NAME:default}; write $${ for the characters"
                + " themselves");
    }
}
