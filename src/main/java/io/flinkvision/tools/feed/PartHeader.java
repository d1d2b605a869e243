package io.flinkvision.tools.feed;

import java.nio.charset.StandardCharsets;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The lines before a picture of a multipart response (RFC 2046): delimiter and headers. Cameras break most of the rules
 * for them, so they are only consulted for a picture without an end of its own.
 */
final class PartHeader {

    /** Longer ones are not recognised. */
    static final int MAX_BYTES = 4096;

    private static final Pattern CONTENT_LENGTH = Pattern.compile("(?i)content-length\\s*:\\s*([0-9]{1,9})(?![0-9])");

    private PartHeader() {}

    /** The last length that is declared in the bytes before a picture; 0 if there is none. */
    static int declaredBytes(byte[] bytes, int from, int to) {
        String before = new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
        return CONTENT_LENGTH.matcher(before).results()
                .reduce((first, second) -> second)
                .map((MatchResult found) -> Integer.parseInt(found.group(1)))
                .orElse(0);
    }

    /**
     * The end of a picture without an end marker: before the delimiter of the next part, or else after the length that
     * its own header declares.
     *
     * @param start of the picture
     * @param next the start of the next picture, or the end of the stream
     * @param declaredBytes from its own header, or 0
     * @return {@code next} if there is no part header
     */
    static int pictureEnd(byte[] bytes, int start, int next, int declaredBytes) {
        int text = next;
        int limit = Math.max(start + 2, next - MAX_BYTES);
        while (text > limit && isText(bytes[text - 1])) {
            text--;
        }
        for (int i = text; i + 2 < next; i++) {
            if (bytes[i] == '\n' && bytes[i + 1] == '-' && bytes[i + 2] == '-') {
                return i > text && bytes[i - 1] == '\r' ? i - 1 : i;
            }
        }
        int declaredEnd = start + declaredBytes;
        return declaredBytes > 0 && declaredEnd >= text && declaredEnd <= next ? declaredEnd : next;
    }

    private static boolean isText(byte value) {
        return value >= ' ' && value < 0x7f || value == '\r' || value == '\n' || value == '\t';
    }
}
