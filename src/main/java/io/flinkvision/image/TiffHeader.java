package io.flinkvision.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Reads the first directory of a TIFF (TIFF 6.0, section 2). OpenCV applies a TIFF's orientation itself, so that what
 * it decodes is upright: so are the dimensions that are told here.
 */
final class TiffHeader {

    private static final int IMAGE_WIDTH = 256;
    private static final int IMAGE_LENGTH = 257;
    private static final int ORIENTATION = 274;

    private static final int TYPE_SHORT = 3;
    private static final int TYPE_LONG = 4;
    private static final int ENTRY_BYTES = 12;

    private TiffHeader() {}

    static ImageHeader read(byte[] bytes) throws MalformedImageException {
        ByteBuffer tiff = ByteBuffer.wrap(bytes)
                .order(bytes[0] == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        long directory = bytes.length < 8 ? Long.MAX_VALUE : Integer.toUnsignedLong(tiff.getInt(4));
        if (directory > bytes.length - 2L) {
            throw MalformedImageException.truncated(
                    "The TIFF of " + bytes.length + " bytes ends before its first directory: it was cut off");
        }
        int entries = tiff.getShort((int) directory) & 0xffff;
        if (directory + 2 + (long) entries * ENTRY_BYTES > bytes.length) {
            throw MalformedImageException.truncated("The TIFF ends inside its first directory: it was cut off");
        }
        long width = 0;
        long height = 0;
        long orientation = 0;
        for (int i = 0; i < entries; i++) {
            int entry = (int) directory + 2 + i * ENTRY_BYTES;
            int tag = tiff.getShort(entry) & 0xffff;
            if (tag == IMAGE_WIDTH) {
                width = side(tiff, entry, width);
            } else if (tag == IMAGE_LENGTH) {
                height = side(tiff, entry, height);
            } else if (tag == ORIENTATION) {
                orientation = value(tiff, entry);
            }
        }
        if (width < 1 || height < 1 || width > Integer.MAX_VALUE || height > Integer.MAX_VALUE) {
            throw MalformedImageException.corrupt("The TIFF says that it has " + width + " x " + height + " pixels");
        }
        return Orientation.ofTag(orientation).swapsSides()
                ? new ImageHeader((int) height, (int) width)
                : new ImageHeader((int) width, (int) height);
    }

    /** A second entry of the same tag is refused: the decoder might take the other one. */
    private static long side(ByteBuffer tiff, int entry, long found) throws MalformedImageException {
        long value = value(tiff, entry);
        if (found != 0 || value == 0) {
            throw MalformedImageException.corrupt("The TIFF has a width or height twice, or one that is no positive"
                    + " number of the type SHORT or LONG");
        }
        return value;
    }

    private static long value(ByteBuffer tiff, int entry) {
        return switch (tiff.getShort(entry + 2)) {
            case TYPE_SHORT -> tiff.getShort(entry + 8) & 0xffff;
            case TYPE_LONG -> Integer.toUnsignedLong(tiff.getInt(entry + 8));
            default -> 0;
        };
    }
}
