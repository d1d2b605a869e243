package io.flinkvision.core.image;

import java.util.Optional;

/**
 * Finds the markers and segments of a JPEG (ITU-T T.81, annex B) where libjpeg finds them ({@code next_marker} and
 * {@code skip_variable} in its jdmarker.c).
 *
 * <p>Before the first scan, bytes that belong to no segment are skipped up to the next marker, and a stuffed zero
 * ({@code ff 00}) is no marker, as in browsers. Behind the first scan's start both are errors: they are the rest of a
 * scan in which a damaged byte looks like a marker, and the decoder would fill its blocks with grey.
 */
final class JpegMarkers {

    static final int TEM = 0x01;
    static final int SOI = 0xd8;
    static final int EOI = 0xd9;
    static final int SOS = 0xda;
    static final int APP0 = 0xe0;
    static final int APP1 = 0xe1;
    static final int APP14 = 0xee;
    static final int APP15 = 0xef;
    static final int COM = 0xfe;

    private static final int DNL = 0xdc;
    private static final int FIRST_RESTART = 0xd0;
    private static final int LAST_RESTART = 0xd7;
    private static final int FIRST_SEGMENT = 0xc0;
    private static final int LENGTH_BYTES = 2;

    private final byte[] jpeg;
    private int position = 2;
    private int start;
    private boolean inScans;

    /** @param jpeg starts with the marker SOI, which is passed */
    JpegMarkers(byte[] jpeg) {
        this.jpeg = jpeg;
    }

    /**
     * Goes to the next marker.
     *
     * @return its code, or -1 at the end of the bytes
     * @throws MalformedImageException if the format has no such marker, or after the first scan's start there is none
     */
    int next() throws MalformedImageException {
        int marker = 0;
        while (marker == 0) {
            passStrayBytes();
            while (position < jpeg.length && unsigned(position) == 0xff) {
                position++;
            }
            if (position >= jpeg.length) {
                return -1;
            }
            start = position - 1;
            marker = unsigned(position++);
            if (marker < FIRST_SEGMENT && marker != TEM && (marker != 0 || inScans)) {
                throw MalformedImageException.corrupt("The JPEG has the marker ff%02x at byte %d, which the format does"
                        .formatted(marker, start) + " not have");
            }
        }
        return marker;
    }

    private void passStrayBytes() throws MalformedImageException {
        if (inScans && position < jpeg.length && unsigned(position) != 0xff) {
            throw MalformedImageException.corrupt("The JPEG has no marker at byte " + position
                    + ", after a segment among its scans: the picture's data is damaged before it");
        }
        while (position < jpeg.length && unsigned(position) != 0xff) {
            position++;
        }
    }

    /** The position of the last marker, of its own 0xff without fill bytes. */
    int start() {
        return start;
    }

    /** The position after the last segment or scan. */
    int position() {
        return position;
    }

    /** Whether a marker is followed by the length of its segment. */
    static boolean hasSegment(int marker) {
        return marker != TEM && marker != SOI && marker != EOI && !isRestart(marker);
    }

    /**
     * Passes the last marker's segment.
     *
     * @return its data, after its length; empty if the bytes end within the segment, and then all are passed
     * @throws MalformedImageException if the length is impossible
     */
    Optional<ByteRange> segment(int marker) throws MalformedImageException {
        int data = position + LENGTH_BYTES;
        if (data > jpeg.length) {
            position = jpeg.length;
            return Optional.empty();
        }
        int length = unsigned(position) << 8 | unsigned(position + 1);
        if (length < LENGTH_BYTES && (inScans || !isSkippedByLibjpeg(marker))) {
            throw MalformedImageException.corrupt("The JPEG's segment at byte " + start + " has the length " + length);
        }
        int end = Math.max(data, position + length);
        if (end > jpeg.length) {
            position = jpeg.length;
            return Optional.empty();
        }
        position = end;
        return Optional.of(new ByteRange(data, end));
    }

    /** It takes a length below 2 for 2 there. */
    private static boolean isSkippedByLibjpeg(int marker) {
        return marker >= APP0 && marker <= APP15 || marker == COM || marker == DNL;
    }

    /**
     * Passes a scan's entropy-coded data, in which 0xff is followed by 0 or by a restart marker, either after more of
     * 0xff.
     */
    void passScan() {
        inScans = true;
        while (position < jpeg.length) {
            if (jpeg[position] != (byte) 0xff) {
                position++;
                continue;
            }
            int code = position + 1;
            while (code < jpeg.length && jpeg[code] == (byte) 0xff) {
                code++;
            }
            if (code == jpeg.length || jpeg[code] != 0 && !isRestart(unsigned(code))) {
                return;
            }
            position = code + 1;
        }
    }

    private static boolean isRestart(int marker) {
        return marker >= FIRST_RESTART && marker <= LAST_RESTART;
    }

    private int unsigned(int index) {
        return jpeg[index] & 0xff;
    }
}
