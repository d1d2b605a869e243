package io.flinkvision.tools.watch;

import io.flinkvision.job.record.PrintableText;

/**
 * The abilities of a terminal, and text fitted to them.
 *
 * @param width in columns
 * @param unicode whether it shows more than ASCII
 * @param colour whether it shows colours
 */
public record LineStyle(int width, boolean unicode, boolean colour) {

    private static final String EIGHTHS = " ▏▎▍▌▋▊▉█";

    public LineStyle {
        if (width < 1) {
            throw new IllegalArgumentException("A terminal cannot have " + width + " columns");
        }
    }

    /** Text from Kafka, with control sequences and characters that the terminal cannot show escaped. */
    String escaped(String text) {
        return PrintableText.escaped(text, unicode);
    }

    /** Text in bold, if there are colours. */
    String strong(String text) {
        return colour ? "\u001b[1m" + text + "\u001b[0m" : text;
    }

    /** Text in green, if there are colours. */
    String good(String text) {
        return colour ? "\u001b[32m" + text + "\u001b[0m" : text;
    }

    /** Text in red, if there are colours. */
    String bad(String text) {
        return colour ? "\u001b[31m" + text + "\u001b[0m" : text;
    }

    /** @param share of the bar that is filled, from 0 to 1 */
    String bar(double share, int columns) {
        if (!unicode) {
            int filled = (int) Math.round(share * columns);
            return "#".repeat(filled) + ".".repeat(columns - filled);
        }
        int eighths = (int) Math.round(share * columns * 8);
        String full = "█".repeat(eighths / 8);
        String part = eighths % 8 == 0 ? "" : EIGHTHS.substring(eighths % 8, eighths % 8 + 1);
        return full + part + " ".repeat(columns - full.length() - part.length());
    }

    /** Columns that an {@linkplain #escaped escaped} text takes. */
    static int columns(String text) {
        return text.codePoints().map(LineStyle::columns).sum();
    }

    /** The essence of Unicode Standard Annex 11: East Asian scripts and pictographs take two columns. */
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

    /** The text cut to at most so many columns, with an ellipsis in place of the rest. */
    String cut(String text, int columns) {
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

    /** The text cut or padded with spaces to exactly so many columns. */
    String fitted(String text, int columns) {
        String cut = cut(text, columns);
        return cut + " ".repeat(Math.max(0, columns - columns(cut)));
    }
}
