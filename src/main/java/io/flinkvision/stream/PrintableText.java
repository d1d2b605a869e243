package io.flinkvision.stream;

import java.util.regex.Pattern;

/** Text that somebody sent, made fit for a line of a log or a metric's label. */
final class PrintableText {

    /** Control and format characters, halves of pairs, and the separators of lines and paragraphs. */
    private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{C}\\p{Zl}\\p{Zp}]");

    private PrintableText() {}

    /**
     * The text with a question mark for each character that would end the line or turn what follows.
     *
     * @param longest how many characters it may have; of a longer text the rest is left away
     */
    static String of(String text, int longest) {
        String beginning = text.length() <= longest ? text : text.substring(0, longest);
        return UNPRINTABLE.matcher(beginning).replaceAll("?");
    }
}
