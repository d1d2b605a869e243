package io.flinkvision.core.image;

import io.flinkvision.core.image.DecodeLimits.Truncation;
import io.flinkvision.core.image.ImageHeader.Transparency;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Walks the markers of a JPEG (ITU-T T.81, annex B) from its start to its end, through all its scans.
 *
 * <p>libjpeg fills what is missing with grey or with a repeated row and reports that on standard error only, so a
 * decoded picture does not show that its file was cut off; its markers do. A cut that leaves the end marker in place,
 * with entropy-coded data missing before it, does not show here: only decoding every coefficient would tell.
 */
final class JpegHeader {

    /** A progressive picture has about ten scans; thousands would keep a decoder busy for minutes. */
    private static final int MAX_SCANS = 100;

    /** Allowed in a picture of any size: more than writers of progressive pictures make. */
    private static final int UNLIMITED_SCANS = 16;

    /**
     * In each scan the decoder visits all blocks of the picture again, 70 ms for 64 megapixels even if the scan holds
     * hardly any data; so a large picture may have fewer scans than a small one.
     */
    private static final long MAX_SCANNED_PIXELS = 1_000_000_000;

    /** Each part is copied by itself; no writer makes this many. */
    private static final int MAX_PARTS = 1_000;

    /** SOF55, of JPEG-LS (ITU-T T.87). */
    private static final int JPEG_LS_FRAME = 0xf7;

    private final byte[] bytes;
    private final Truncation truncation;
    private final JpegMarkers markers;
    private int scans;
    private int width;
    private int height;
    private boolean hasExif;
    private Orientation orientation = Orientation.UPRIGHT;

    private JpegHeader(byte[] bytes, Truncation truncation) {
        this.bytes = bytes;
        this.truncation = truncation;
        this.markers = new JpegMarkers(bytes);
    }

    /** Reads a JPEG that starts with the marker SOI. */
    static ImageHeader read(byte[] bytes, Truncation truncation) throws MalformedImageException {
        JpegHeader reader = new JpegHeader(bytes, truncation);
        reader.walk();
        return new ImageHeader(reader.width, reader.height, reader.orientation, Transparency.NONE);
    }

    private void walk() throws MalformedImageException {
        int marker = markers.next();
        while (marker != JpegMarkers.EOI) {
            if (marker < 0) {
                requireEnd();
                return;
            }
            if (marker == JpegMarkers.SOI) {
                throw MalformedImageException.corrupt("The JPEG has a second start at byte " + markers.start());
            }
            if (JpegMarkers.hasSegment(marker)) {
                segment(marker);
            }
            marker = markers.next();
        }
        if (scans == 0) {
            throw MalformedImageException.corrupt("The JPEG ends without a picture in it");
        }
    }

    /** The end of the bytes came before the end marker. */
    private void requireEnd() throws MalformedImageException {
        if (scans == 0) {
            throw MalformedImageException.truncated(
                    "The JPEG of " + bytes.length + " bytes has no end marker: it was cut off before its picture");
        }
        if (truncation == Truncation.REFUSE) {
            throw MalformedImageException.truncated("The JPEG of " + bytes.length + " bytes has no end marker: it was"
                    + " cut off, or its camera leaves the marker out; decode.truncated: accept decodes such pictures as"
                    + " far as they go");
        }
    }

    private void segment(int marker) throws MalformedImageException {
        Optional<ByteRange> segment = markers.segment(marker);
        if (segment.isEmpty()) {
            return;
        }
        int start = segment.get().start();
        int end = segment.get().end();
        if (isFrame(marker)) {
            frame(marker, start, end);
        } else if (marker == JpegMarkers.SOS) {
            scan();
        } else if (marker == JPEG_LS_FRAME) {
            throw MalformedImageException.unsupported("The JPEG is a JPEG-LS, which is not decoded");
        } else if (marker == JpegMarkers.APP1 && scans == 0 && !hasExif
                && Orientation.startsAsExif(bytes, start, end)) {
            // Of several blocks the first counts, as in browsers.
            hasExif = true;
            orientation = Orientation.ofExif(bytes, start, end);
        }
    }

    private void frame(int marker, int start, int end) throws MalformedImageException {
        if (width != 0) {
            throw MalformedImageException.corrupt("The JPEG has a second frame at byte " + markers.start());
        }
        if (marker > 0xc2) {
            // Arithmetic coding too: browsers do not know it, and a few hundred bytes of it keep libjpeg for seconds.
            throw MalformedImageException.unsupported("The JPEG is lossless, hierarchical or arithmetic-coded (SOF"
                    + (marker - 0xc0) + "), which is not decoded");
        }
        if (end - start < 6) {
            throw MalformedImageException.corrupt("The JPEG's frame header is too short");
        }
        int precision = bytes[start] & 0xff;
        if (precision != 8) {
            throw MalformedImageException.unsupported(
                    "The JPEG has " + precision + " bits per sample, and only 8 can be decoded");
        }
        height = unsignedShort(start + 1);
        width = unsignedShort(start + 3);
        if (width == 0 || height == 0) {
            throw MalformedImageException.corrupt("The JPEG declares " + width + " x " + height + " pixels");
        }
    }

    private void scan() throws MalformedImageException {
        if (width == 0) {
            throw MalformedImageException.corrupt("The JPEG has a scan before its frame");
        }
        if (++scans > MAX_SCANS) {
            throw MalformedImageException.corrupt("The JPEG has more than " + MAX_SCANS + " scans");
        }
        if (scans > UNLIMITED_SCANS && (long) width * height * scans > MAX_SCANNED_PIXELS) {
            throw new MalformedImageException(ErrorCode.TOO_LARGE, "The JPEG of " + width + " x " + height
                    + " pixels has " + scans + " scans or more: those of more than " + UNLIMITED_SCANS
                    + " may cover " + MAX_SCANNED_PIXELS + " pixels in total");
        }
        markers.passScan();
    }

    /** SOF0 to SOF15, of whose codes DHT, JPG and DAC have three. */
    private static boolean isFrame(int marker) {
        return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
    }

    /**
     * The parts that a JPEG's pixels are made of: all segments before the first scan except texts, profiles and
     * thumbnails, and everything from that scan on. The decoder sees nothing else, so stray bytes between segments
     * cannot lead it to another frame header than the one that was checked, and libturbojpeg, which warns of them,
     * decodes the picture.
     *
     * @param jpeg has passed {@link #read}
     * @throws MalformedImageException if it is in too many parts
     */
    static List<ByteRange> pixelSegments(byte[] jpeg) throws MalformedImageException {
        JpegMarkers markers = new JpegMarkers(jpeg);
        List<ByteRange> parts = new ArrayList<>();
        ByteRange.append(parts, 0, markers.position());
        for (int marker = markers.next(); marker != JpegMarkers.SOS; marker = markers.next()) {
            if (JpegMarkers.hasSegment(marker)) {
                int start = markers.start();
                markers.segment(marker);
                if (isNeeded(marker)) {
                    ByteRange.append(parts, start, markers.position());
                }
            }
            if (parts.size() > MAX_PARTS) {
                throw MalformedImageException.corrupt("The JPEG has more than " + MAX_PARTS
                        + " gaps between the segments before its picture");
            }
        }
        ByteRange.append(parts, markers.start(), jpeg.length);
        return parts;
    }

    /** APP0 and APP14 tell the decoder the samples' colour space. */
    private static boolean isNeeded(int marker) {
        boolean isApplications = marker >= JpegMarkers.APP0 && marker <= JpegMarkers.APP15;
        return marker == JpegMarkers.APP0 || marker == JpegMarkers.APP14
                || !isApplications && marker != JpegMarkers.COM;
    }

    private int unsignedShort(int index) {
        return (bytes[index] & 0xff) << 8 | bytes[index + 1] & 0xff;
    }
}
