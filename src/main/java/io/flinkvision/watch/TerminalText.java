package io.flinkvision.watch;

/**
 * Text from Kafka on its way to a terminal. Whoever may write a record may put into it what a terminal obeys: escape
 * sequences, and Unicode's invisible and direction-changing characters. They are written as a backslash, {@code u} and
 * four hexadecimal digits, which inside a JSON string means the same character.
 */
public final class TerminalText {

    private TerminalText() {}

    /** The text with everything escaped that is not a visible character or a space. */
    public static String escaped(String text) {
        return escaped(text, true);
    }

    /** The same, where {@code unicode} is {@code false} with everything escaped that is not ASCII either. */
    public static String escaped(String text, boolean unicode) {
        StringBuilder result = new StringBuilder(text.length());
        text.codePoints().forEach(character -> {
            if (isPlain(character) && (unicode || character < 0x7f)) {
                result.appendCodePoint(character);
            } else {
                for (char unit : Character.toChars(character)) {
                    result.append(String.format("\\u%04x", (int) unit));
                }
            }
        });
        return result.toString();
    }

    private static boolean isPlain(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.PRIVATE_USE,
                    Character.UNASSIGNED, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }

    /** Columns of a terminal that an {@linkplain #escaped escaped} text takes. */
    static int columns(String text) {
        return text.codePoints().map(TerminalText::columns).sum();
    }

    /** Unicode Standard Annex 11 in its essence: the scripts of East Asia and the pictographs take two columns. */
    private static int columns(int character) {
        int type = Character.getType(character);
        if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK) {
            return 0;
        }
        return switch (Character.UnicodeScript.of(character)) {
            case HAN, HIRAGANA, KATAKANA, HANGUL, BOPOMOFO, YI -> 2;
            default -> character >= 0x1f300 && character <= 0x1faff || character >= 0x3000 && character <= 0x303e
                    || character >= 0xff01 && character <= 0xff60 ? 2 : 1;
        };
    }

    /** The text cut to so many columns at the most, with an ellipsis where something is missing. */
    static String cut(String text, int columns, boolean unicode) {
        if (columns(text) <= columns) {
            return text;
        }
        String ellipsis = unicode ? "…" : "~";
        StringBuilder result = new StringBuilder();
        int left = columns - 1;
        for (int character : text.codePoints().toArray()) {
            left -= columns(character);
            if (left < 0) {
                break;
            }
            result.appendCodePoint(character);
        }
        return columns < 1 ? "" : result + ellipsis;
    }

    /** The text cut or filled with spaces to exactly so many columns. */
    static String fitted(String text, int columns, boolean unicode) {
        String cut = cut(text, columns, unicode);
        return cut + " ".repeat(Math.max(0, columns - columns(cut)));
    }
}
