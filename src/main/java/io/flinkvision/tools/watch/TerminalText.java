package io.flinkvision.tools.watch;

import io.flinkvision.job.record.PrintableText;

/** Columns of a terminal that text takes, and text cut and filled to them. */
final class TerminalText {

    private TerminalText() {}

    /** Columns of a terminal that an {@linkplain PrintableText#escaped escaped} text takes. */
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
