package io.flinkvision.tools.watch;

import io.flinkvision.job.record.PrintableText;

/**
 * What lines for people may be made of.
 *
 * @param width columns of the terminal
 * @param unicode whether it shows more than ASCII
 * @param colour whether it shows colours
 */
public record LineStyle(int width, boolean unicode, boolean colour) {

    public LineStyle {
        if (width < 1) {
            throw new IllegalArgumentException("No terminal has " + width + " columns");
        }
    }

    private static final String EIGHTHS = " ▏▎▍▌▋▊▉█";

    /** Text from Kafka, with what the terminal would obey or could not show escaped. */
    String escaped(String text) {
        return PrintableText.escaped(text, unicode);
    }

    /** Text in bold, where there are colours. */
    String strong(String text) {
        return colour ? "\u001b[1m" + text + "\u001b[0m" : text;
    }

    /** Text in green, where there are colours. */
    String good(String text) {
        return colour ? "\u001b[32m" + text + "\u001b[0m" : text;
    }

    /** Text in red, where there are colours. */
    String bad(String text) {
        return colour ? "\u001b[31m" + text + "\u001b[0m" : text;
    }

    /** A bar of so many columns, of which a share from 0 to 1 is filled. */
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
}
