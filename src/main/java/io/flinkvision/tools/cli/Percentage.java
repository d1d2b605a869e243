package io.flinkvision.tools.cli;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A share, as in {@code 5%}.
 *
 * @param value above 0 and at most 100
 */
record Percentage(double value) {

    private static final Pattern FORM = Pattern.compile("([0-9]{1,3}(?:\\.[0-9]{1,6})?) ?%?");

    Percentage {
        if (!(value > 0 && value <= 100)) {
            throw new IllegalArgumentException("must be above 0 % and at most 100 %");
        }
    }

    /** @throws IllegalArgumentException if it is no percentage */
    static Percentage parse(String text) {
        Matcher matcher = FORM.matcher(text.strip());
        if (!matcher.matches()) {
            throw new IllegalArgumentException("must be a percentage such as 5% or 0.5%");
        }
        return new Percentage(Double.parseDouble(matcher.group(1)));
    }

    /** A share of pictures or cameras for people, as in {@code 97.4 %}. */
    static String of(long part, long whole) {
        return whole == 0 ? "-" : String.format(Locale.ROOT, "%.1f %%", 100.0 * part / whole);
    }
}
