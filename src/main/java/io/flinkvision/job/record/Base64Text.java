package io.flinkvision.job.record;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * Base64 as producers write it: RFC 4648's standard or URL-safe alphabet, with or without padding and line breaks, and
 * after the prefix of a {@code data:} URL (RFC 2397). Java's decoders accept one of these forms each, and the lenient
 * one skips damage silently.
 */
final class Base64Text {

    private static final int ILLEGAL = -1;
    private static final int SPACE = -2;
    private static final int PADDING = -3;

    private static final byte[] MEANING = meanings();

    private static final String DATA_URL = "data:";

    /** A media type with parameters is much shorter. */
    private static final int MAX_PREFIX = 256;

    /** The text is not Base64. */
    static final class MalformedException extends Exception {

        private static final long serialVersionUID = 1L;

        private final boolean atStart;

        private MalformedException(String message, boolean atStart) {
            super(message);
            this.atStart = atStart;
        }

        /** Whether the first character is wrong already, so that the text is probably something else. */
        boolean isAtStart() {
            return atStart;
        }
    }

    private final byte[] text;
    private final int start;
    private final int digits;

    private Base64Text(byte[] text, int start, int digits) {
        this.text = text;
        this.start = start;
        this.digits = digits;
    }

    private static byte[] meanings() {
        byte[] meanings = new byte[256];
        Arrays.fill(meanings, (byte) ILLEGAL);
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        for (int i = 0; i < alphabet.length(); i++) {
            meanings[alphabet.charAt(i)] = (byte) i;
        }
        meanings['-'] = 62;
        meanings['_'] = 63;
        for (char space : new char[] {' ', '\t', '\r', '\n'}) {
            meanings[space] = SPACE;
        }
        meanings['='] = PADDING;
        return meanings;
    }

    /** Maximum length of the text of so many bytes: a line break after every 64 characters, and a data URL's prefix. */
    static long maxLength(long bytes) {
        long digits = (bytes + 2) / 3 * 4;
        return digits + digits / 64 * 2 + MAX_PREFIX;
    }

    /**
     * Checks a text, without decoding it yet.
     *
     * @param text in ASCII; not copied
     * @throws MalformedException if it is no base64
     */
    static Base64Text of(byte[] text) throws MalformedException {
        int start = payload(text);
        int digits = 0;
        int padding = 0;
        for (int i = start; i < text.length; i++) {
            int meaning = MEANING[text[i] & 0xff];
            if (meaning == PADDING) {
                padding++;
            } else if (meaning == ILLEGAL || meaning >= 0 && padding > 0) {
                throw new MalformedException(meaning == ILLEGAL
                        ? "byte " + i + " is 0x" + Integer.toHexString(text[i] & 0xff)
                        : "it goes on after the padding, at byte " + i, digits == 0);
            } else if (meaning >= 0) {
                digits++;
            }
        }
        if (digits % 4 == 1 || padding > 0 && (padding > 2 || (digits + padding) % 4 != 0)) {
            throw new MalformedException(
                    "it ends within a group of four characters, after " + digits + " and " + padding + " of padding",
                    digits == 0);
        }
        return new Base64Text(text, start, digits);
    }

    /** Index of the first byte after the prefix of a data URL, if there is one. */
    private static int payload(byte[] text) throws MalformedException {
        int start = 0;
        while (start < text.length && MEANING[text[start] & 0xff] == SPACE) {
            start++;
        }
        String head = new String(text, start, Math.min(MAX_PREFIX, text.length - start), StandardCharsets.ISO_8859_1)
                .toLowerCase(Locale.ROOT);
        if (!head.startsWith(DATA_URL)) {
            return start;
        }
        int comma = head.indexOf(',');
        if (comma < 0 || !head.substring(0, comma).endsWith(";base64")) {
            throw new MalformedException("it is a data URL, but not of base64", false);
        }
        return start + comma + 1;
    }

    /** Number of decoded bytes. */
    int size() {
        return (int) (digits * 3L / 4);
    }

    byte[] decode() {
        return decode(size());
    }

    /** @param most number of bytes to decode at most, from the first one */
    byte[] decode(int most) {
        byte[] bytes = new byte[Math.min(most, size())];
        int bits = 0;
        int held = 0;
        for (int i = start, written = 0; written < bytes.length; i++) {
            int meaning = MEANING[text[i] & 0xff];
            if (meaning < 0) {
                continue;
            }
            bits = bits << 6 | meaning;
            held += 6;
            if (held >= 8) {
                held -= 8;
                bytes[written++] = (byte) (bits >> held);
            }
        }
        return bytes;
    }
}
