package io.flinkvision.core.configuration;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Puts into values what stands elsewhere: {@code ${NAME}} and {@code ${NAME:default}} an environment variable,
 * {@code ${file:/PATH}} the text of a file, as containers are given their secrets; {@code $${} stands for
 * <code>${</code> itself.
 *
 * @param environment the variables' values by name
 * @param readsFiles whether files may be read: a text from elsewhere must not make this machine tell its secrets
 */
record References(Map<String, String> environment, boolean readsFiles) {

    /** What Kafka's clients know in the same syntax; taken for a variable's name it would make a wrong password. */
    private static final Pattern REFERENCE = Pattern.compile(
            "\\$\\$\\{|\\$\\{(file|directory|env):([^}]*)}|\\$\\{([A-Za-z_][A-Za-z0-9_]*)(:([^}]*))?}|\\$\\{");

    /** A key store in PEM has some kilobytes. */
    private static final int LARGEST_FILE_BYTES = 1 << 18;

    References {
        environment = Map.copyOf(environment);
    }

    /** Of texts that may refer to nothing outside of themselves, but whose references may have defaults. */
    static References none() {
        return new References(Map.of(), false);
    }

    /**
     * The text with each reference replaced.
     *
     * @throws IllegalArgumentException if a variable is not set and has no default, a file cannot be read, or a
     *     reference is malformed
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
            throw new IllegalArgumentException("${file:" + place + "} must not stand here: this text may not refer to"
                    + " files");
        }
        Path file = Path.of(place);
        if (!file.isAbsolute()) {
            throw new IllegalArgumentException("${file:" + place + "} must have an absolute path, such as"
                    + " ${file:/run/secrets/kafka-password}");
        }
        return text(file);
    }

    /** A file's text without the line break at its end, which editors leave there and no password has. */
    private static String text(Path file) {
        try {
            if (Files.size(file) > LARGEST_FILE_BYTES) {
                throw new IllegalArgumentException("the file " + file + " has more than " + LARGEST_FILE_BYTES
                        + " bytes, which is no value");
            }
            return Files.readString(file).replaceFirst("\\R\\z", "");
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException("the file " + file + " does not exist", e);
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("the file " + file + " is no UTF-8 text", e);
        } catch (IOException e) {
            throw new IllegalArgumentException("the file " + file + " cannot be read: " + e.getMessage(), e);
        }
    }
}
