package io.flinkvision.tools.wall;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Pattern;

/**
 * Text that strangers wrote, made fit to be kept and shown: short, and without characters that steer a terminal or turn
 * the direction of what follows. That it is shown as text, and never as markup, is the page's part.
 */
final class DisplayText {

    /** Control characters, and the format characters that change the direction of text (UAX 9). */
    private static final Pattern STEERING =
            Pattern.compile("[\\p{Cc}\\x{200e}\\x{200f}\\x{202a}-\\x{202e}\\x{2066}-\\x{2069}\\x{2028}\\x{2029}]");

    private DisplayText() {}

    /** At most so many characters of a text; an ellipsis stands for those that are left out. */
    static String of(String text, int mostCharacters) {
        String shortened = text.codePointCount(0, text.length()) <= mostCharacters
                ? text
                : text.substring(0, text.offsetByCodePoints(0, mostCharacters - 1)) + "…";
        return STEERING.matcher(shortened).replaceAll("\ufffd");
    }

    /** A record's key: as text, or where it is no UTF-8 in Base64, as the output records have it. */
    static String ofKey(byte[] key) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(key)).toString();
        } catch (CharacterCodingException e) {
            return Base64.getEncoder().encodeToString(key);
        }
    }
}
