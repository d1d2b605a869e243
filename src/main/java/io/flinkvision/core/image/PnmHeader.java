package io.flinkvision.core.image;

import java.nio.charset.StandardCharsets;

/** Reads the header of a binary Netpbm picture (netpbm.sourceforge.net, pbm(5), pgm(5), ppm(5)). */
final class PnmHeader {

    private static final int MAX_DIGITS = 9;

    private final byte[] bytes;
    private int position = 2;

    private PnmHeader(byte[] bytes) {
        this.bytes = bytes;
    }

    static ImageHeader read(byte[] bytes) throws MalformedImageException {
        return new PnmHeader(bytes).read();
    }

    private ImageHeader read() throws MalformedImageException {
        boolean bitmap = bytes[1] == '4';
        int width = number();
        int height = number();
        int largest = bitmap ? 1 : number();
        if (width < 1 || height < 1 || largest < 1 || largest > 65_535) {
            throw MalformedImageException.corrupt("The PNM declares " + width + " x " + height
                    + " pixels with samples up to " + largest);
        }
        if (!bitmap && largest != 255 && largest != 65_535) {
            throw MalformedImageException.unsupported("The PNM has samples up to " + largest
                    + ", and only 255 and 65535 can be decoded");
        }
        long sampleBytes = largest > 255 ? 2 : 1;
        long rowBytes = bitmap ? (width + 7L) / 8 : width * sampleBytes * (bytes[1] == '6' ? 3 : 1);
        // One white space separates the header from the samples.
        long end = position + 1 + rowBytes * height;
        if (end > bytes.length) {
            throw MalformedImageException.truncated(
                    "The PNM has " + bytes.length + " of its " + end + " bytes: it was cut off");
        }
        return new ImageHeader(width, height);
    }

    private int number() throws MalformedImageException {
        skipSpaceAndComments();
        int start = position;
        while (position < bytes.length && bytes[position] >= '0' && bytes[position] <= '9') {
            position++;
        }
        if (position == bytes.length) {
            throw MalformedImageException.truncated("The PNM ends inside its header: it was cut off");
        }
        if (position == start || position - start > MAX_DIGITS) {
            throw MalformedImageException.corrupt("The PNM has no number at byte " + start + " of its header");
        }
        return Integer.parseInt(new String(bytes, start, position - start, StandardCharsets.US_ASCII));
    }

    private void skipSpaceAndComments() {
        boolean comment = false;
        while (position < bytes.length
                && (comment || bytes[position] == '#' || Character.isWhitespace(bytes[position]))) {
            comment = bytes[position] == '#'
                    || comment && bytes[position] != '\n' && bytes[position] != '\r';
            position++;
        }
    }
}
