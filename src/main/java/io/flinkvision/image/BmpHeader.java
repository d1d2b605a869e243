package io.flinkvision.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Reads the headers of a Windows bitmap (BITMAPFILEHEADER, BITMAPCOREHEADER, BITMAPINFOHEADER and its successors). */
final class BmpHeader {

    private static final int FILE_HEADER_BYTES = 14;
    private static final int CORE_HEADER_BYTES = 12;
    private static final int INFO_HEADER_BYTES = 40;
    private static final int UNCOMPRESSED = 0;
    private static final int BIT_FIELDS = 3;

    private BmpHeader() {}

    static ImageHeader read(byte[] bytes) throws MalformedImageException {
        ByteBuffer bmp = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        requireBytes(bytes, FILE_HEADER_BYTES + CORE_HEADER_BYTES);
        long dataStart = Integer.toUnsignedLong(bmp.getInt(10));
        int headerBytes = bmp.getInt(14);
        if (headerBytes == CORE_HEADER_BYTES) {
            return checked(bytes, dataStart, bmp.getShort(18) & 0xffff, bmp.getShort(20) & 0xffff,
                    bmp.getShort(24) & 0xffff, UNCOMPRESSED);
        }
        if (headerBytes < INFO_HEADER_BYTES) {
            throw MalformedImageException.corrupt("The BMP has a header of " + headerBytes + " bytes");
        }
        requireBytes(bytes, FILE_HEADER_BYTES + INFO_HEADER_BYTES);
        // A negative height says that the rows start at the top.
        int height = bmp.getInt(22);
        if (height == Integer.MIN_VALUE) {
            throw MalformedImageException.corrupt("The BMP says that it has " + height + " rows");
        }
        return checked(bytes, dataStart, bmp.getInt(18), Math.abs(height), bmp.getShort(28) & 0xffff, bmp.getInt(30));
    }

    private static ImageHeader checked(
            byte[] bytes, long dataStart, int width, int height, int bitsPerPixel, int compression)
            throws MalformedImageException {
        if (width < 1 || height < 1 || bitsPerPixel < 1 || bitsPerPixel > 32) {
            throw MalformedImageException.corrupt("The BMP says that it has " + width + " x " + height + " pixels of "
                    + bitsPerPixel + " bits");
        }
        boolean sizeIsKnown = compression == UNCOMPRESSED || compression == BIT_FIELDS;
        long rowBytes = ((long) width * bitsPerPixel + 31) / 32 * 4;
        long end = dataStart + (sizeIsKnown ? rowBytes * height : 1);
        if (end > bytes.length) {
            throw MalformedImageException.truncated("The BMP has " + bytes.length + " of its at least " + end
                    + " bytes: it was cut off");
        }
        return new ImageHeader(width, height, Orientation.UPRIGHT);
    }

    private static void requireBytes(byte[] bytes, int least) throws MalformedImageException {
        if (bytes.length < least) {
            throw MalformedImageException.truncated(
                    "The BMP of " + bytes.length + " bytes ends inside its header: it was cut off");
        }
    }
}
