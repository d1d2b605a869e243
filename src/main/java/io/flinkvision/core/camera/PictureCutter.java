package io.flinkvision.core.camera;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Cuts JPEGs and PNGs out of a stream, whatever is between them: nothing, the part headers of a multipart response, or
 * padding. The end of a JPEG is found by its markers (ITU-T T.81, annex B) and the lengths of its segments, so that an
 * embedded thumbnail does not end it; as in libjpeg, stray bytes before a marker are tolerated, which FFmpeg's
 * demuxer does not. The end of a PNG is its IEND chunk. At most one picture is in memory, up to the size limit.
 */
final class PictureCutter {

    private static final int MARKER = 0xff;
    private static final int SOI = 0xd8;
    private static final int EOI = 0xd9;
    private static final int SOS = 0xda;
    private static final int RST0 = 0xd0;
    private static final int RST7 = 0xd7;
    private static final int TEM = 0x01;
    private static final int DHT = 0xc4;
    private static final int DRI = 0xdd;
    private static final int APP0 = 0xe0;
    private static final int APP15 = 0xef;
    private static final int COM = 0xfe;
    private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    private static final int IEND = 0x49454e44;

    /** No JPEG and no PNG is shorter. */
    private static final int MIN_BYTES = 8;

    /** A start is recognised by its first marker and the name in that segment. */
    private static final int OPENING_BYTES = 10;

    /** Longer part headers are not recognised. */
    private static final int MAX_HEADER_BYTES = 4096;

    private static final Pattern CONTENT_LENGTH = Pattern.compile("(?i)content-length\\s*:\\s*([0-9]{1,9})(?![0-9])");

    private final PictureWindow window;
    private int declaredBytes;
    private byte[] lastOpening = new byte[OPENING_BYTES];
    private long skippedBytes;

    enum Ending {
        /** At the picture's end marker. */
        WHOLE,
        /** Without an end marker, before the next picture or at the end of its part. */
        UNMARKED,
        /** The next picture started before the pixels of this one. */
        FRAGMENT,
        /** The stream ended inside the picture. */
        CUT_OFF,
        /** The picture exceeds the size limit; its bytes were dropped. */
        TOO_LARGE,
        /** No picture started within as many bytes as the size limit. */
        NO_PICTURE
    }

    /**
     * A piece of the stream.
     *
     * @param bytes the picture as it came, or its start; none for {@link Ending#TOO_LARGE} and
     *     {@link Ending#NO_PICTURE}
     */
    record Cut(byte[] bytes, Ending ending) {}

    /** Ends the walk through a picture without an end. */
    static final class Broken extends Exception {

        private static final long serialVersionUID = 1L;

        private final Ending ending;

        Broken(Ending ending) {
            super(ending.name(), null, false, false);
            this.ending = ending;
        }
    }

    /**
     * @param in not closed by this
     * @param maxBytes of a picture
     */
    PictureCutter(InputStream in, long maxBytes) {
        this.window = new PictureWindow(in, maxBytes);
    }

    /**
     * Waits for the next picture; empty at the end of the stream.
     *
     * @throws IOException if the stream cannot be read
     */
    Optional<Cut> next() throws IOException {
        long skippedBefore = skippedBytes;
        window.keepLast(0);
        while (window.has(MIN_BYTES)) {
            if (startsWithJpeg(window.length())) {
                return Optional.of(cut(false));
            }
            if (startsWithPng(window.length())) {
                return Optional.of(cut(true));
            }
            window.rewindTo(window.length() + 1);
            skippedBytes++;
            window.keepLast(MAX_HEADER_BYTES);
            if (skippedBytes - skippedBefore > window.maxBytes()) {
                return Optional.of(new Cut(new byte[0], Ending.NO_PICTURE));
            }
        }
        skippedBytes += window.available() - window.length();
        window.rewindTo(window.available());
        return Optional.empty();
    }

    /** The number of bytes outside of pictures. */
    long skippedBytes() {
        return skippedBytes;
    }

    private boolean startsWithJpeg(int at) {
        return window.at(at) == MARKER && window.at(at + 1) == SOI && window.at(at + 2) == MARKER;
    }

    private boolean startsWithPng(int at) {
        int matching = 0;
        while (matching < PNG.length && window.at(at + matching) == (PNG[matching] & 0xff)) {
            matching++;
        }
        return matching == PNG.length;
    }

    private Cut cut(boolean png) throws IOException {
        declaredBytes = declaredBytes(new String(window.bytes(window.length()), StandardCharsets.ISO_8859_1));
        window.keepLast(0);
        try {
            if (png) {
                walkPng();
            } else {
                walkJpeg();
            }
            byte[] picture = window.bytes(window.length());
            lastOpening = Arrays.copyOf(picture, OPENING_BYTES);
            return new Cut(picture, Ending.WHOLE);
        } catch (Broken e) {
            return broken(e.ending);
        }
    }

    private Cut broken(Ending ending) {
        if (ending == Ending.TOO_LARGE) {
            return new Cut(new byte[0], ending);
        }
        byte[] taken = window.bytes(window.length());
        int pictureEnd = pictureEnd(taken, declaredBytes);
        boolean isComplete = pictureEnd < taken.length || declaredBytes > 0 && declaredBytes == taken.length;
        Ending result = ending == Ending.CUT_OFF && isComplete && hasPixels(pictureEnd) ? Ending.UNMARKED : ending;
        // The bytes after the picture are read again: they contain the next part header.
        window.rewindTo(pictureEnd);
        return new Cut(Arrays.copyOf(taken, pictureEnd), result);
    }

    /** The last length that is declared before a picture; 0 if there is none. */
    private static int declaredBytes(String header) {
        return CONTENT_LENGTH.matcher(header).results()
                .reduce((first, second) -> second)
                .map((MatchResult found) -> Integer.parseInt(found.group(1)))
                .orElse(0);
    }

    /**
     * The end of a picture without an end marker: before the delimiter of the next part (RFC 2046), or else after the
     * declared length. Cameras break most of the rules for part headers, so no other picture depends on them.
     *
     * @param taken the bytes from its start to that of the next picture, or to the end of the stream
     * @param declaredBytes from its own header, or 0
     */
    private static int pictureEnd(byte[] taken, int declaredBytes) {
        int text = taken.length;
        int limit = Math.max(2, taken.length - MAX_HEADER_BYTES);
        while (text > limit && isText(taken[text - 1])) {
            text--;
        }
        for (int i = text; i + 2 < taken.length; i++) {
            if (taken[i] == '\n' && taken[i + 1] == '-' && taken[i + 2] == '-') {
                return i > text && taken[i - 1] == '\r' ? i - 1 : i;
            }
        }
        return declaredBytes > 0 && declaredBytes >= text && declaredBytes <= taken.length
                ? declaredBytes
                : taken.length;
    }

    private static boolean isText(byte value) {
        return value >= ' ' && value < 0x7f || value == '\r' || value == '\n' || value == '\t';
    }

    /** Whether the segments of a JPEG lead to a scan. */
    private boolean hasPixels(int to) {
        int at = 2;
        while (at + 4 <= to && window.at(at) == MARKER) {
            if (window.at(at + 1) == SOS) {
                return true;
            }
            at += window.at(at + 1) == MARKER ? 1 : 2 + (window.at(at + 2) << 8 | window.at(at + 3));
        }
        return false;
    }

    private void walkJpeg() throws IOException, Broken {
        window.rewindTo(2);
        boolean scan = false;
        while (true) {
            int marker = marker(scan);
            if (marker == EOI && scan) {
                return;
            }
            if (marker == EOI) {
                throw new Broken(Ending.FRAGMENT);
            }
            if (marker == SOI) {
                window.rewindTo(window.length() - 2);
                throw new Broken(scan ? Ending.UNMARKED : Ending.FRAGMENT);
            }
            scan |= marker == SOS;
            skipSegment(marker, scan);
        }
    }

    /** Skips to the next marker that stands alone or starts a segment. */
    private int marker(boolean afterScan) throws IOException, Broken {
        int before = window.take();
        while (true) {
            int next = window.take();
            if (before == MARKER && (afterScan ? canFollowScan(next) : canHeadSegment(next))) {
                return next;
            }
            before = next;
        }
    }

    private static boolean canHeadSegment(int code) {
        return code != 0 && code != MARKER && code != TEM && (code < RST0 || code > RST7);
    }

    /** Other codes in scan data are damage without a valid length. */
    private static boolean canFollowScan(int code) {
        return code == DHT || code >= SOI && code <= DRI || code >= APP0 && code <= APP15 || code == COM;
    }

    private void skipSegment(int marker, boolean afterScan) throws IOException, Broken {
        int segment = window.length();
        try {
            int size = window.take() << 8 | window.take();
            window.skip(Math.max(0, size - 2));
            // An APP segment may contain a thumbnail; its length is right if a marker follows.
            boolean mayHoldThumbnail = marker >= APP0 && marker <= APP15 && !afterScan;
            if (!mayHoldThumbnail || window.peek() != MARKER) {
                findRepeatedStart(segment);
            }
        } catch (Broken e) {
            findRepeatedStart(segment);
            throw e;
        }
    }

    /**
     * Detects a segment that is longer than its picture and swallowed the start of the next one. That start equals this
     * picture's or the last one's, which tells it from a thumbnail.
     */
    private void findRepeatedStart(int segment) throws IOException, Broken {
        window.has(OPENING_BYTES);
        for (int at = segment; at < window.length() && at + OPENING_BYTES <= window.available(); at++) {
            if (startsWithJpeg(at) && (opensLike(at, window.bytes(OPENING_BYTES)) || opensLike(at, lastOpening))) {
                window.rewindTo(at);
                throw new Broken(Ending.FRAGMENT);
            }
        }
    }

    /** Whether the first marker and the name after it are equal; the length between them may differ. */
    private boolean opensLike(int at, byte[] other) {
        boolean same = window.at(at + 3) == (other[3] & 0xff);
        for (int i = 6; same && i < OPENING_BYTES; i++) {
            same = window.at(at + i) == (other[i] & 0xff);
        }
        return same;
    }

    private void walkPng() throws IOException, Broken {
        window.rewindTo(PNG.length);
        int type;
        do {
            long size = Integer.toUnsignedLong(window.takeInt());
            type = window.takeInt();
            if (size > window.maxBytes()) {
                throw new Broken(Ending.TOO_LARGE);
            }
            window.skip((int) size + Integer.BYTES);
        } while (type != IEND);
    }
}
