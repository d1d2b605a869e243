package io.flinkvision.core.image;

import java.util.ArrayList;
import java.util.List;

/**
 * The parts of a JPEG that its pixels are made of: all segments before the first scan but texts, profiles and
 * thumbnails, and everything from that scan on. The decoder is shown nothing else. So stray bytes between segments
 * cannot lead it to another frame header than the one that {@link JpegHeader} has checked, and libturbojpeg, which
 * warns of them, decodes the picture.
 */
final class JpegPixelSegments {

    /** Each is copied by itself; a file of millions would be a waste of time, and no writer makes one. */
    private static final int MAX_PARTS = 1_000;

    private JpegPixelSegments() {}

    /**
     * Where the JPEG has what its pixels need.
     *
     * @param jpeg one that {@link JpegHeader} has walked through
     * @throws MalformedImageException if it is in too many parts
     */
    static List<ByteRange> of(byte[] jpeg) throws MalformedImageException {
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

    /** APP0 and APP14 tell the decoder which colours the samples are. */
    private static boolean isNeeded(int marker) {
        boolean isApplications = marker >= JpegMarkers.APP0 && marker <= JpegMarkers.APP15;
        return marker == JpegMarkers.APP0 || marker == JpegMarkers.APP14
                || !isApplications && marker != JpegMarkers.COM;
    }
}
