package io.flinkvision.core.bundle;

import java.util.regex.Pattern;

/**
 * The name of a bundle in a folder of bundles: that of its own folder.
 *
 * @param text at most 100 letters, digits, dots, hyphens and underscores, the first a letter or a digit
 */
public record BundleName(String text) {

    private static final Pattern ALLOWED = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

    public BundleName {
        if (!ALLOWED.matcher(text).matches()) {
            throw new IllegalArgumentException("A model's name has at most 100 letters, digits, dots, hyphens and"
                    + " underscores, and begins with a letter or a digit; '" + text + "' does not");
        }
    }

    @Override
    public String toString() {
        return text;
    }
}
