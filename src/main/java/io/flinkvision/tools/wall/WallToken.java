package io.flinkvision.tools.wall;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * A secret that lets a browser see the wall, and whom it was given to.
 *
 * @param name of its bearer, as the log of changes has it
 * @param secret what the browser must send
 */
public record WallToken(String name, String secret) {

    /** The name of a token that was given without one. */
    static final String UNNAMED = "token";

    /** Shorter ones could be guessed. */
    static final int MIN_LENGTH = 12;

    private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}._@-]{1,40}");
    private static final int RANDOM_BYTES = 18;

    public WallToken {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("The name of a token must have from 1 to 40 letters, digits, dots,"
                    + " hyphens, underscores and at signs, and the one before the = has other characters");
        }
        if (Objects.requireNonNull(secret, "secret").length() < MIN_LENGTH) {
            throw new IllegalArgumentException("The wall's token must have at least " + MIN_LENGTH
                    + " characters, and this one has " + secret.length());
        }
    }

    /**
     * Reads {@code NAME=TOKEN}, or a token without a name, in which there may be equals signs at the end only, as Base64
     * has them.
     *
     * @throws IllegalArgumentException if it is none; the message does not repeat it
     */
    public static WallToken parse(String text) {
        int separator = text.indexOf('=');
        return separator < 0 || text.substring(separator).replace("=", "").isEmpty()
                ? new WallToken(UNNAMED, text)
                : new WallToken(text.substring(0, separator), text.substring(separator + 1));
    }

    /** A new one that nobody can guess. */
    public static WallToken random() {
        byte[] bytes = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(bytes);
        return new WallToken(UNNAMED, Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }

    /** Without the secret, which must not come into a log. */
    @Override
    public String toString() {
        return "WallToken[" + name + "]";
    }
}
