package io.flinkvision.core.configuration;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Resolves references in values: {@code ${NAME}} and {@code ${NAME:default}} to an environment variable,
 * {@code ${file:/PATH}} to the text of a file, such as a secret of a container; {@code $${} is an escaped
 * <code>${</code>.
 *
 * @param environment the variables' values by name
 * @param readsFiles whether files may be read, which an untrusted file must not ask for
 */
public record References(Map<String, String> environment, boolean readsFiles) {

    /** With the references of Kafka's own config providers, so that they are not taken for variables. */
    private static final Pattern REFERENCE = Pattern.compile(
            "\\$\\$\\{|\\$\\{(file|directory|env):([^}]*)}|\\$\\{([A-Za-z_][A-Za-z0-9_]*)(:([^}]*))?}|\\$\\{");

    /** A key store in PEM has some kilobytes. */
    private static final int MAX_FILE_BYTES = 1 << 18;

    public References {
        environment = Map.copyOf(environment);
    }

    /** For untrusted texts: no variable is set, so that only references with a default are valid. */
    static References none() {
        return new References(Map.of(), false);
    }

    /**
     * Checks a text whose references are replaced later, where the variables are. It must not refer to files.
     *
     * @return the text, as it was
     * @throws IllegalArgumentException if a reference is malformed
     */
    public static String requireWellFormed(String text) {
        Map<String, String> any = new HashMap<>();
        variables(text).forEach(name -> any.put(name, ""));
        new References(any, false).substitute(text);
        return text;
    }

    /** Whether a text refers to anything. */
    public static boolean isIn(String text) {
        return text.contains("${");
    }

    /**
     * The names of the variables that a text refers to.
     *
     * @param text whose references are well-formed
     */
    public static Set<String> variables(String text) {
        return REFERENCE.matcher(text).results()
                .flatMap(reference -> Optional.ofNullable(reference.group(3)).stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * The text with every reference replaced.
     *
     * @throws IllegalArgumentException if a variable is not set and has no default, a file cannot be read, or a
     *     reference is malformed
     */
    public String substitute(String text) {
        Matcher matcher = REFERENCE.matcher(text);
        StringBuilder result = new StringBuilder();
        while (matcher.find()) {
            matcher.appendReplacement(result, Matcher.quoteReplacement(replacement(matcher)));
        }
        return matcher.appendTail(result).toString();
    }

    private String replacement(Matcher matcher) {
        if (matcher.group(1) != null) {
            return elsewhere(matcher.group(1), matcher.group(2));
        }
        String name = matcher.group(3);
        if (name != null && matcher.group().indexOf("${", 1) > 0) {
            throw new IllegalArgumentException("the default of " + name + " must not refer to another variable");
        }
        if (name != null) {
            String value = environment.getOrDefault(name, matcher.group(5));
            if (value == null) {
                throw new IllegalArgumentException("the environment variable " + name
                        + " is not set; set it, or give it a default: ${" + name + ":default}");
            }
            return value;
        }
        if (matcher.group().startsWith("$$")) {
            return "${";
        }
        throw new IllegalArgumentException("a ${ must be ${NAME}, ${NAME:default} or ${file:/PATH}; write $${ for the"
                + " characters themselves");
    }

    private String elsewhere(String kind, String place) {
        if (!kind.equals("file") || place.indexOf(':') >= 0) {
            throw new IllegalArgumentException("${" + kind + ":" + place + "} is a reference that Kafka's clients"
                    + " resolve where they run: write $${" + kind + ":" + place + "} to leave it to them, which"
                    + " config.providers must name");
        }
        if (!readsFiles) {
            throw new IllegalArgumentException("${file:" + place + "} is not allowed here: this text must not refer to"
                    + " files");
        }
        Path file = Path.of(place);
        if (!file.isAbsolute()) {
            throw new IllegalArgumentException("${file:" + place + "} must have an absolute path, such as"
                    + " ${file:/run/secrets/kafka-password}");
        }
        return text(file);
    }

    /** A file's text without the line break that editors add at its end. */
    private static String text(Path file) {
        try {
            if (Files.size(file) > MAX_FILE_BYTES) {
                throw new IllegalArgumentException("the file " + file + " has more than " + MAX_FILE_BYTES
                        + " bytes, too many for a value");
            }
            return Files.readString(file).replaceFirst("\\R\\z", "");
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException("the file " + file + " does not exist", e);
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("the file " + file + " is not UTF-8 text", e);
        } catch (IOException e) {
            throw new IllegalArgumentException("the file " + file + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** Without the variables, some of which are passwords. */
    @Override
    public String toString() {
        return "References[" + environment.size() + " variables]";
    }
}
