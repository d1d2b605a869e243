package io.flinkvision.job.record;

/**
 * Escapes text from elsewhere for a terminal, a log line or a metric label. Records, model files and file names may
 * hold what a terminal obeys: escape sequences, and Unicode's invisible and direction-changing characters. These are
 * written as a backslash, {@code u} and four hexadecimal digits, which inside a JSON string means the same
 * character. Escaped are the characters of Unicode's categories C (control characters such as ESC, BEL, CR, LF, tab and
 * U+0080 to U+009F; format characters such as U+202E and U+2066; lone surrogates, private use and unassigned), and the
 * separators of lines and paragraphs, U+2028 and U+2029.
 */
public final class PrintableText {

    private PrintableText() {}

    /** The text with everything escaped that is not a visible character or a space. */
    public static String escaped(String text) {
        return escaped(text, true, false);
    }

    /** The same, where {@code unicode} is {@code false} with everything escaped that is not ASCII either. */
    public static String escaped(String text, boolean unicode) {
        return escaped(text, unicode, false);
    }

    /** The same as {@link #escaped(String)}, but line feeds stay: for text of several lines. */
    public static String escapedLines(String text) {
        return escaped(text, true, true);
    }

    /**
     * The beginning of a text, escaped.
     *
     * @param maxLength how many characters of the text are used; the rest is left out
     */
    public static String escaped(String text, int maxLength) {
        return escaped(text.length() <= maxLength ? text : text.substring(0, maxLength));
    }

    private static String escaped(String text, boolean unicode, boolean lineFeeds) {
        if (text.codePoints().allMatch(character -> isKept(character, unicode, lineFeeds))) {
            return text;
        }
        StringBuilder result = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(character -> {
            if (isKept(character, unicode, lineFeeds)) {
                result.appendCodePoint(character);
            } else {
                for (char unit : Character.toChars(character)) {
                    result.append(String.format("\\u%04x", (int) unit));
                }
            }
        });
        return result.toString();
    }

    private static boolean isKept(int character, boolean unicode, boolean lineFeeds) {
        return character == '\n' ? lineFeeds : (unicode || character < 0x7f) && isPlain(character);
    }

    private static boolean isPlain(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.PRIVATE_USE,
                    Character.UNASSIGNED, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
