package io.flinkvision.core.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.Set;

/**
 * Reads the first directory of a TIFF (TIFF 6.0, section 2). OpenCV applies a TIFF's orientation itself, so that what
 * it decodes is upright, and so are the dimensions returned here.
 */
final class TiffHeader {

    private static final int IMAGE_WIDTH = 256;
    private static final int IMAGE_LENGTH = 257;
    private static final int BITS_PER_SAMPLE = 258;
    private static final int COMPRESSION = 259;
    private static final int PHOTOMETRIC = 262;
    private static final int ORIENTATION = 274;

    private static final int PALETTE = 3;
    private static final int SEPARATED = 5;

    /** Those that the libtiff inside OpenCV is built without, or never had. */
    private static final Map<Long, String> UNSUPPORTED_COMPRESSIONS = Map.of(6L, "JPEG as TIFF 6.0 had it",
            33_003L, "JPEG 2000", 33_005L, "JPEG 2000", 34_661L, "JBIG", 34_712L, "JPEG 2000", 34_887L, "LERC",
            34_925L, "LZMA", 50_000L, "Zstandard", 50_001L, "WebP", 50_002L, "JPEG XL");

    /** Zero stands for a directory without the tag. */
    private static final Set<Long> SUPPORTED_DEPTHS = Set.of(0L, 1L, 8L, 16L);

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
        long bits = 0;
        long compression = 0;
        long photometric = 0;
        for (int i = 0; i < entries; i++) {
            int entry = (int) directory + 2 + i * ENTRY_BYTES;
            int tag = tiff.getShort(entry) & 0xffff;
            if (tag == IMAGE_WIDTH) {
                width = side(tiff, entry, width);
            } else if (tag == IMAGE_LENGTH) {
                height = side(tiff, entry, height);
            } else if (tag == ORIENTATION) {
                orientation = value(tiff, entry);
            } else if (tag == BITS_PER_SAMPLE) {
                bits = firstShort(tiff, entry);
            } else if (tag == COMPRESSION) {
                compression = value(tiff, entry);
            } else if (tag == PHOTOMETRIC) {
                photometric = value(tiff, entry);
            }
        }
        if (width < 1 || height < 1 || width > Integer.MAX_VALUE || height > Integer.MAX_VALUE) {
            throw MalformedImageException.corrupt("The TIFF declares " + width + " x " + height + " pixels");
        }
        requireSupported(bits, compression, photometric);
        return Orientation.ofTag(orientation).swapsSides()
                ? new ImageHeader((int) height, (int) width)
                : new ImageHeader((int) width, (int) height);
    }

    private static void requireSupported(long bits, long compression, long photometric)
            throws MalformedImageException {
        if (UNSUPPORTED_COMPRESSIONS.containsKey(compression)) {
            throw MalformedImageException.unsupported("The TIFF is compressed with "
                    + UNSUPPORTED_COMPRESSIONS.get(compression) + ", which is not decoded");
        }
        boolean isSupported = SUPPORTED_DEPTHS.contains(bits) && !(bits == 16 && photometric == SEPARATED)
                || bits == 4 && photometric == PALETTE;
        if (!isSupported) {
            throw MalformedImageException.unsupported("The TIFF has " + bits + " bits per sample"
                    + (photometric == SEPARATED ? " of CMYK" : "") + ", which are not decoded");
        }
    }

    /** If there are more than two values, the entry has their position only. */
    private static long firstShort(ByteBuffer tiff, int entry) {
        if (tiff.getShort(entry + 2) != TYPE_SHORT || Integer.compareUnsigned(tiff.getInt(entry + 4), 2) <= 0) {
            return value(tiff, entry);
        }
        long position = Integer.toUnsignedLong(tiff.getInt(entry + 8));
        return position > tiff.limit() - 2 ? 0 : tiff.getShort((int) position) & 0xffff;
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
