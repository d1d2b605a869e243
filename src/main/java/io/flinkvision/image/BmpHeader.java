package io.flinkvision.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Reads the headers of a Windows bitmap (BITMAPFILEHEADER, BITMAPCOREHEADER, BITMAPINFOHEADER and its successors). */
final class BmpHeader {

    private static final int FILE_HEADER_BYTES = 14;
    private static final int CORE_HEADER_BYTES = 12;
    private static final int INFO_HEADER_BYTES = 40;
    private static final int UNCOMPRESSED = 0;
    private static final int BIT_FIELDS = 3;

    /** Where the masks of red, green, blue and alpha stand. */
    private static final int MASKS_START = FILE_HEADER_BYTES + INFO_HEADER_BYTES;

    /** The shortest header with a mask for alpha. */
    private static final int ALPHA_HEADER_BYTES = 56;

    private static final List<Integer> BLUE_GREEN_RED = List.of(0xff0000, 0xff00, 0xff);
    private static final List<Integer> FIVE_FIVE_FIVE = List.of(0x7c00, 0x3e0, 0x1f);
    private static final List<Integer> FIVE_SIX_FIVE = List.of(0xf800, 0x7e0, 0x1f);
    private static final Set<Integer> BYTES_OF_A_PIXEL = Set.of(0xff000000, 0xff0000, 0xff00, 0xff);

    private BmpHeader() {}

    static ImageHeader read(byte[] bytes) throws MalformedImageException {
        ByteBuffer bmp = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        requireBytes(bytes, FILE_HEADER_BYTES + CORE_HEADER_BYTES);
        long dataStart = Integer.toUnsignedLong(bmp.getInt(10));
        int headerBytes = bmp.getInt(14);
        if (headerBytes == CORE_HEADER_BYTES) {
            int width = bmp.getShort(18) & 0xffff;
            int height = bmp.getShort(20) & 0xffff;
            requirePixels(bytes, dataStart, width, height, bmp.getShort(24) & 0xffff, UNCOMPRESSED);
            return new ImageHeader(width, height);
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
        int width = bmp.getInt(18);
        int bitsPerPixel = bmp.getShort(28) & 0xffff;
        int compression = bmp.getInt(30);
        requirePixels(bytes, dataStart, width, Math.abs(height), bitsPerPixel, compression);
        boolean hasMasks = compression == BIT_FIELDS;
        return new ImageHeader(width, Math.abs(height), Orientation.UPRIGHT,
                hasMasks && bitsPerPixel == 32 ? transparency(bmp, headerBytes) : Transparency.NONE,
                bitsPerPixel == 16 ? sampleBits(bmp, hasMasks) : SampleBits.WHOLE);
    }

    private static void requirePixels(
            byte[] bytes, long dataStart, int width, int height, int bitsPerPixel, int compression)
            throws MalformedImageException {
        if (width < 1 || height < 1 || bitsPerPixel < 1 || bitsPerPixel > 32) {
            throw MalformedImageException.corrupt("The BMP says that it has " + width + " x " + height + " pixels of "
                    + bitsPerPixel + " bits");
        }
        boolean sizeIsKnown = compression == UNCOMPRESSED || compression == BIT_FIELDS;
        long rowBytes = ((long) width * bitsPerPixel + 31) / 32 * 4;
        // A division, because the product may be larger than a long.
        if (dataStart >= bytes.length || sizeIsKnown && (bytes.length - dataStart) / rowBytes < height) {
            throw MalformedImageException.truncated("The BMP of " + bytes.length + " bytes ends before its "
                    + width + " x " + height + " pixels of " + bitsPerPixel + " bits do: it was cut off");
        }
    }

    private static SampleBits sampleBits(ByteBuffer bmp, boolean hasMasks) throws MalformedImageException {
        if (!hasMasks) {
            return SampleBits.FIVE;
        }
        List<Integer> masks = masks(bmp);
        if (!masks.equals(FIVE_FIVE_FIVE) && !masks.equals(FIVE_SIX_FIVE)) {
            throw undecodable(masks);
        }
        return masks.equals(FIVE_SIX_FIVE) ? SampleBits.FIVE_SIX_FIVE : SampleBits.FIVE;
    }

    /**
     * The fourth byte of a pixel is its opacity only if a mask says so, as browsers have it. The decoder heeds the
     * masks only where there are four of them, and then only those of whole bytes.
     */
    private static Transparency transparency(ByteBuffer bmp, int headerBytes) throws MalformedImageException {
        boolean hasAlpha = headerBytes >= ALPHA_HEADER_BYTES;
        List<Integer> colours = masks(bmp);
        requireBytes(bmp.array(), MASKS_START + (hasAlpha ? 4 : 3) * Integer.BYTES);
        int alpha = hasAlpha ? bmp.getInt(MASKS_START + 12) : 0;
        if (alpha == 0 && colours.equals(BLUE_GREEN_RED)) {
            return Transparency.NONE;
        }
        Set<Integer> masks = new HashSet<>(colours);
        masks.add(alpha);
        if (!masks.equals(BYTES_OF_A_PIXEL)) {
            throw undecodable(Stream.concat(colours.stream(), Stream.of(alpha)).toList());
        }
        return Transparency.ALPHA_CHANNEL_UNLESS_ZERO;
    }

    private static List<Integer> masks(ByteBuffer bmp) throws MalformedImageException {
        requireBytes(bmp.array(), MASKS_START + 3 * Integer.BYTES);
        return List.of(bmp.getInt(MASKS_START), bmp.getInt(MASKS_START + 4), bmp.getInt(MASKS_START + 8));
    }

    private static MalformedImageException undecodable(List<Integer> masks) {
        return MalformedImageException.corrupt("The BMP has colour masks that cannot be decoded: "
                + masks.stream().map(Integer::toHexString).toList());
    }

    private static void requireBytes(byte[] bytes, int least) throws MalformedImageException {
        if (bytes.length < least) {
            throw MalformedImageException.truncated(
                    "The BMP of " + bytes.length + " bytes ends inside its header: it was cut off");
        }
    }
}
