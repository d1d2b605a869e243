package io.flinkvision.tools.feed;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;

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

    private static final int BUFFER_BYTES = 1 << 16;

    private final InputStream in;
    private final int maxBytes;
    private byte[] buffer = new byte[BUFFER_BYTES];
    /** Of the current picture, or of the bytes before the next one. */
    private int start;
    /** Of the next byte. */
    private int position;
    private int end;
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
    private static final class Broken extends Exception {

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
        this.in = in;
        this.maxBytes = (int) Math.min(maxBytes, Integer.MAX_VALUE - 4 * BUFFER_BYTES);
    }

    /**
     * Waits for the next picture; empty at the end of the stream.
     *
     * @throws IOException if the stream cannot be read
     */
    Optional<Cut> next() throws IOException {
        long skippedBefore = skippedBytes;
        start = position;
        while (has(MIN_BYTES)) {
            if (startsWithJpeg(position)) {
                return Optional.of(cut(false));
            }
            if (startsWithPng(position)) {
                return Optional.of(cut(true));
            }
            position++;
            skippedBytes++;
            start = Math.max(start, position - PartHeader.MAX_BYTES);
            if (skippedBytes - skippedBefore > maxBytes) {
                return Optional.of(new Cut(new byte[0], Ending.NO_PICTURE));
            }
        }
        skippedBytes += end - position;
        position = end;
        return Optional.empty();
    }

    /** The number of bytes outside of pictures. */
    long skippedBytes() {
        return skippedBytes;
    }

    private boolean startsWithJpeg(int at) {
        return at(at) == MARKER && at(at + 1) == SOI && at(at + 2) == MARKER;
    }

    private boolean startsWithPng(int at) {
        return Arrays.equals(buffer, at, at + PNG.length, PNG, 0, PNG.length);
    }

    private int at(int index) {
        return buffer[index] & 0xff;
    }

    private Cut cut(boolean png) throws IOException {
        declaredBytes = PartHeader.declaredBytes(buffer, start, position);
        start = position;
        try {
            if (png) {
                walkPng();
            } else {
                walkJpeg();
            }
            byte[] picture = Arrays.copyOfRange(buffer, start, position);
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
        int pictureEnd = PartHeader.pictureEnd(buffer, start, position, declaredBytes);
        boolean isComplete = pictureEnd < position || declaredBytes > 0 && declaredBytes == position - start;
        Ending result = ending == Ending.CUT_OFF && isComplete && hasPixels(pictureEnd) ? Ending.UNMARKED : ending;
        // The bytes after the picture are read again: they contain the next part header.
        position = pictureEnd;
        return new Cut(Arrays.copyOfRange(buffer, start, pictureEnd), result);
    }

    /** Whether the segments of a JPEG lead to a scan. */
    private boolean hasPixels(int to) {
        int at = start + 2;
        while (at + 4 <= to && at(at) == MARKER) {
            if (at(at + 1) == SOS) {
                return true;
            }
            at += at(at + 1) == MARKER ? 1 : 2 + (at(at + 2) << 8 | at(at + 3));
        }
        return false;
    }

    private void walkJpeg() throws IOException, Broken {
        position = start + 2;
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
                position -= 2;
                throw new Broken(scan ? Ending.UNMARKED : Ending.FRAGMENT);
            }
            scan |= marker == SOS;
            skipSegment(marker, scan);
        }
    }

    /** Skips to the next marker that stands alone or starts a segment. */
    private int marker(boolean afterScan) throws IOException, Broken {
        int before = take();
        while (true) {
            int next = take();
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
        int segment = position - start;
        try {
            int size = take() << 8 | take();
            skip(Math.max(0, size - 2));
            // An APP segment may contain a thumbnail; its length is right if a marker follows.
            boolean mayHoldThumbnail = marker >= APP0 && marker <= APP15 && !afterScan;
            if (!mayHoldThumbnail || peek() != MARKER) {
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
        has(OPENING_BYTES);
        for (int at = start + segment; at < position && at + OPENING_BYTES <= end; at++) {
            if (startsWithJpeg(at) && (opensLike(at, buffer, start) || opensLike(at, lastOpening, 0))) {
                position = at;
                throw new Broken(Ending.FRAGMENT);
            }
        }
    }

    /** Whether the first marker and the name after it are equal; the length between them may differ. */
    private boolean opensLike(int at, byte[] other, int from) {
        return buffer[at + 3] == other[from + 3]
                && Arrays.equals(buffer, at + 6, at + OPENING_BYTES, other, from + 6, from + OPENING_BYTES);
    }

    private void walkPng() throws IOException, Broken {
        position = start + PNG.length;
        int type;
        do {
            long size = Integer.toUnsignedLong(takeInt());
            type = takeInt();
            if (size > maxBytes) {
                throw new Broken(Ending.TOO_LARGE);
            }
            skip((int) size + Integer.BYTES);
        } while (type != IEND);
    }

    private int takeInt() throws IOException, Broken {
        return take() << 24 | take() << 16 | take() << 8 | take();
    }

    private int take() throws IOException, Broken {
        skip(1);
        return at(position - 1);
    }

    private int peek() throws IOException, Broken {
        int next = take();
        position--;
        return next;
    }

    private void skip(int bytes) throws IOException, Broken {
        int left = maxBytes - (position - start);
        boolean fits = bytes <= left;
        int wanted = fits ? bytes : Math.max(0, left);
        if (!has(wanted)) {
            position = end;
            throw new Broken(Ending.CUT_OFF);
        }
        position += wanted;
        if (!fits) {
            throw new Broken(Ending.TOO_LARGE);
        }
    }

    /** Reads until this many bytes are available; false if the stream ends before. */
    private boolean has(int bytes) throws IOException {
        while (end - position < bytes) {
            makeRoom();
            int count = in.read(buffer, end, buffer.length - end);
            if (count < 0) {
                return false;
            }
            end += count;
        }
        return true;
    }

    private void makeRoom() {
        if (end == buffer.length) {
            if (start > 0) {
                System.arraycopy(buffer, start, buffer, 0, end - start);
                position -= start;
                end -= start;
                start = 0;
            } else {
                buffer = Arrays.copyOf(buffer, 2 * buffer.length);
            }
        }
    }
}
