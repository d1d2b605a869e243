package io.flinkvision.image;

/**
 * Walks the markers of a JPEG (ITU-T T.81, annex B) from its start to its end, through all its scans.
 *
 * <p>libjpeg fills what is missing with grey or with a repeated row and reports that on standard error only, so a
 * decoded picture does not show that its file was cut off; its markers do. A cut that leaves the end marker in place,
 * with entropy-coded data missing before it, does not show here: only decoding every coefficient would tell.
 */
final class JpegHeader {

    /** A progressive picture has about ten scans; files of thousands make a decoder work for minutes. */
    private static final int MOST_SCANS = 100;

    /** As many are allowed of a picture of any size: more than writers of progressive pictures make. */
    private static final int SCANS_OF_ANY_PICTURE = 16;

    /**
     * Each scan leads the decoder through all blocks of the picture once more, 70 ms for each 64 megapixels even where
     * it holds next to no data; so a large picture may have fewer scans than a small one.
     */
    private static final long MOST_SCANNED_PIXELS = 1_000_000_000;

    private static final int SOI = 0xd8;
    private static final int EOI = 0xd9;
    private static final int SOS = 0xda;
    private static final int APP1 = 0xe1;
    private static final int TEM = 0x01;
    private static final int FIRST_SEGMENT = 0xc0;

    private final byte[] bytes;
    private final Truncation truncation;
    private int position = 2;
    private int scans;
    private int width;
    private int height;
    private Orientation orientation = Orientation.UPRIGHT;

    private JpegHeader(byte[] bytes, Truncation truncation) {
        this.bytes = bytes;
        this.truncation = truncation;
    }

    /** Reads a JPEG that starts with the marker SOI. */
    static ImageHeader read(byte[] bytes, Truncation truncation) throws MalformedImageException {
        JpegHeader reader = new JpegHeader(bytes, truncation);
        reader.walk();
        return new ImageHeader(reader.width, reader.height, reader.orientation, Transparency.NONE);
    }

    private void walk() throws MalformedImageException {
        boolean ended = false;
        while (!ended) {
            int marker = nextMarker();
            if (marker < 0) {
                requireEnd();
                return;
            }
            ended = marker == EOI;
            if (marker == SOI) {
                throw MalformedImageException.corrupt("The JPEG has a second start at byte " + (position - 2));
            }
            if (marker < FIRST_SEGMENT && marker != TEM) {
                // libjpeg looks for markers within such a segment, where a picture of another size could hide.
                throw MalformedImageException.corrupt("The JPEG has the marker ff%02x before byte %d, which is none of"
                        .formatted(marker, position) + " the format's");
            }
            if (!ended && marker != TEM && !isRestart(marker)) {
                segment(marker);
            }
        }
        if (scans == 0) {
            throw MalformedImageException.corrupt("The JPEG ends without a picture in it");
        }
    }

    /** The end of the bytes came before the end marker. */
    private void requireEnd() throws MalformedImageException {
        if (truncation == Truncation.REFUSE || scans == 0) {
            throw MalformedImageException.truncated("The JPEG of " + bytes.length + " bytes has no end marker: it was"
                    + " cut off" + (scans == 0 ? " before its picture" : ""));
        }
    }

    /** The next marker's code, its position passed; -1 at the end of the bytes. */
    private int nextMarker() throws MalformedImageException {
        if (position >= bytes.length) {
            return -1;
        }
        if (unsigned(position) != 0xff) {
            throw MalformedImageException.corrupt("The JPEG has no marker at byte " + position + ", where one must be");
        }
        while (position < bytes.length && unsigned(position) == 0xff) {
            position++;
        }
        return position < bytes.length ? unsigned(position++) : -1;
    }

    private void segment(int marker) throws MalformedImageException {
        int start = position;
        int length = start + 2 <= bytes.length ? unsignedShort(start) : 2;
        if (length < 2) {
            throw MalformedImageException.corrupt("The JPEG's segment at byte " + start + " has the length " + length);
        }
        int end = start + length;
        if (end > bytes.length || start + 2 > bytes.length) {
            position = bytes.length;
            return;
        }
        if (isFrame(marker)) {
            frame(marker, start, end);
        } else if (marker == APP1 && Orientation.startsAsExif(bytes, start + 2, end)) {
            orientation = Orientation.ofExif(bytes, start + 2, end);
        }
        position = end;
        if (marker == SOS) {
            scan();
        }
    }

    private void frame(int marker, int start, int end) throws MalformedImageException {
        if (width != 0) {
            throw MalformedImageException.corrupt("The JPEG has a second frame at byte " + start);
        }
        if (marker > 0xc2) {
            // Arithmetic coding too: browsers do not know it, and a few hundred bytes of it keep libjpeg for seconds.
            throw MalformedImageException.unsupported("The JPEG is lossless, hierarchical or arithmetic-coded (SOF"
                    + (marker - 0xc0) + "), which is not decoded");
        }
        if (end - start < 8) {
            throw MalformedImageException.corrupt("The JPEG's frame header is too short");
        }
        int precision = unsigned(start + 2);
        if (precision != 8) {
            throw MalformedImageException.unsupported(
                    "The JPEG has " + precision + " bits a sample, and only 8 can be decoded");
        }
        height = unsignedShort(start + 3);
        width = unsignedShort(start + 5);
        if (width == 0 || height == 0) {
            throw MalformedImageException.corrupt("The JPEG says that it has " + width + " x " + height + " pixels");
        }
    }

    /** Passes over a scan's entropy-coded data, in which 0xff is followed by 0 or by a restart marker. */
    private void scan() throws MalformedImageException {
        if (width == 0) {
            throw MalformedImageException.corrupt("The JPEG has a scan before its frame");
        }
        if (++scans > MOST_SCANS) {
            throw MalformedImageException.corrupt("The JPEG has more than " + MOST_SCANS + " scans");
        }
        if (scans > SCANS_OF_ANY_PICTURE && (long) width * height * scans > MOST_SCANNED_PIXELS) {
            throw new MalformedImageException(ErrorCode.TOO_LARGE, "The JPEG of " + width + " x " + height
                    + " pixels has " + scans + " scans or more: those of more than " + SCANS_OF_ANY_PICTURE
                    + " may lead through " + MOST_SCANNED_PIXELS + " pixels in all");
        }
        while (position < bytes.length) {
            if (bytes[position] != (byte) 0xff) {
                position++;
            } else if (position + 1 < bytes.length
                    && (bytes[position + 1] == 0 || isRestart(unsigned(position + 1)))) {
                position += 2;
            } else {
                return;
            }
        }
    }

    private static boolean isRestart(int marker) {
        return marker >= 0xd0 && marker <= 0xd7;
    }

    /** SOF0 to SOF15, of whose codes DHT, JPG and DAC have three. */
    private static boolean isFrame(int marker) {
        return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
    }

    private int unsigned(int index) {
        return bytes[index] & 0xff;
    }

    private int unsignedShort(int index) {
        return unsigned(index) << 8 | unsigned(index + 1);
    }
}
