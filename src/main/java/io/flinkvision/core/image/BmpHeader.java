package io.flinkvision.core.image;

import io.flinkvision.core.image.ImageHeader.Transparency;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Set;

/**
 * The headers of a bitmap: BITMAPFILEHEADER, then BITMAPCOREHEADER (12 bytes), BITMAPINFOHEADER (40) or one of its
 * successors (52, 56, 108, 124), or OS/2's BITMAPINFOHEADER2 (64, of which all after the first 16 may be missing).
 *
 * @param width pixels
 * @param height rows
 * @param isTopDown whether the first row in the file is the upper one
 * @param bitsPerPixel 1, 2, 4 or 8, which are indices of the palette, or 16, 24 or 32
 * @param compression how the pixels are stored
 * @param bitFields where a pixel of 16 bits or more has its samples
 * @param palette empty for pixels of 16 bits or more
 * @param dataStart the position of the pixels
 */
record BmpHeader(
        int width, int height, boolean isTopDown, int bitsPerPixel, Compression compression, BitFields bitFields,
        Palette palette, int dataStart) {

    private static final int FILE_HEADER_BYTES = 14;
    private static final int CORE_HEADER_BYTES = 12;
    private static final int OS2_MIN_HEADER_BYTES = 16;
    private static final int INFO_HEADER_BYTES = 40;
    private static final int MASKS_HEADER_BYTES = 52;
    private static final int ALPHA_HEADER_BYTES = 56;
    private static final int OS2_HEADER_BYTES = 64;
    private static final int MAX_HEADER_BYTES = 124;

    /** The position of the masks of red, green, blue and alpha, inside or after the header. */
    private static final int MASKS_START = FILE_HEADER_BYTES + INFO_HEADER_BYTES;

    private static final int MAX_PALETTE_BITS = 8;
    private static final Set<Integer> PLAIN_DEPTHS = Set.of(1, 2, 4, 8, 16, 24, 32);

    /** The storage of pixels; run lengths have escapes for the end of a row, the end of the bitmap, and jumps. */
    enum Compression {
        NONE,
        RUNS_OF_4_BITS,
        RUNS_OF_8_BITS,
        /** OS/2 only. */
        RUNS_OF_24_BITS,
        BIT_FIELDS,
        /** Windows CE: four masks after a header of 40 bytes. */
        ALPHA_BIT_FIELDS;

        boolean isRunLength() {
            return this == RUNS_OF_4_BITS || this == RUNS_OF_8_BITS || this == RUNS_OF_24_BITS;
        }

        boolean hasMasks() {
            return this == BIT_FIELDS || this == ALPHA_BIT_FIELDS;
        }
    }

    /**
     * The palette's place in the file.
     *
     * @param start the position of the first colour
     * @param entries colours; those that no index reaches are left out
     * @param entryBytes 3 (blue, green, red) or 4, of which the last is unused
     */
    record Palette(int start, int entries, int entryBytes) {}

    static BmpHeader read(byte[] bytes) throws MalformedImageException {
        ByteBuffer bmp = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        requireBytes(bytes, FILE_HEADER_BYTES + CORE_HEADER_BYTES);
        int headerBytes = headerBytes(bmp.getInt(14));
        requireBytes(bytes, FILE_HEADER_BYTES + headerBytes);
        boolean isCore = headerBytes == CORE_HEADER_BYTES;
        int width = isCore ? bmp.getShort(18) & 0xffff : bmp.getInt(18);
        // A negative height says that the rows start at the top.
        int height = isCore ? bmp.getShort(20) & 0xffff : bmp.getInt(22);
        int bitsPerPixel = bmp.getShort(isCore ? 24 : 28) & 0xffff;
        if (width < 1 || height == 0 || height == Integer.MIN_VALUE) {
            throw MalformedImageException.corrupt(
                    "The BMP declares " + width + " x " + height + " pixels");
        }
        Compression compression = compression(bmp, headerBytes, bitsPerPixel);
        boolean hasMasksBehind = compression.hasMasks() && headerBytes < MASKS_HEADER_BYTES;
        int masks = compression == Compression.ALPHA_BIT_FIELDS || headerBytes >= ALPHA_HEADER_BYTES ? 4 : 3;
        BitFields bitFields = compression.hasMasks()
                ? masks(bmp, bitsPerPixel, masks)
                : BitFields.ofDepth(bitsPerPixel);
        int headerEnd = FILE_HEADER_BYTES + headerBytes + (hasMasksBehind ? masks * Integer.BYTES : 0);
        long colours = bitsPerPixel <= MAX_PALETTE_BITS ? colours(bmp, headerBytes, bitsPerPixel) : 0;
        int colourBytes = isCore ? 3 : 4;
        long dataStart = dataStart(bmp, headerEnd, colours * colourBytes);
        requirePixels(bytes, dataStart, width, Math.abs(height), bitsPerPixel, compression);
        // More colours than the indices reach, or than there is room for, are writers' mistakes that do no harm.
        int entries = (int) Math.min(colours, Math.min(1 << MAX_PALETTE_BITS, (dataStart - headerEnd) / colourBytes));
        return new BmpHeader(width, Math.abs(height), height < 0, bitsPerPixel, compression, bitFields,
                new Palette(headerEnd, entries, colourBytes), (int) dataStart);
    }

    private static int headerBytes(int declared) throws MalformedImageException {
        if (declared < CORE_HEADER_BYTES || declared > CORE_HEADER_BYTES && declared < OS2_MIN_HEADER_BYTES) {
            throw MalformedImageException.corrupt("The BMP has a header of " + declared + " bytes");
        }
        if (declared > MAX_HEADER_BYTES) {
            throw MalformedImageException.unsupported("The BMP has a header of " + declared
                    + " bytes, and those of up to " + MAX_HEADER_BYTES + " are known");
        }
        return declared;
    }

    /** The same numbers mean other things in OS/2's headers than in those of Windows. */
    private static Compression compression(ByteBuffer bmp, int headerBytes, int bitsPerPixel)
            throws MalformedImageException {
        int code = headerBytes < 20 ? 0 : bmp.getInt(30);
        boolean isOs2 = headerBytes < INFO_HEADER_BYTES || headerBytes == OS2_HEADER_BYTES;
        return switch (code) {
            case 0 -> withDepth(Compression.NONE, bitsPerPixel, PLAIN_DEPTHS);
            case 1 -> withDepth(Compression.RUNS_OF_8_BITS, bitsPerPixel, Set.of(8));
            case 2 -> withDepth(Compression.RUNS_OF_4_BITS, bitsPerPixel, Set.of(4));
            case 3 -> {
                if (isOs2) {
                    throw unsupported("Huffman coding");
                }
                yield withDepth(Compression.BIT_FIELDS, bitsPerPixel, Set.of(16, 24, 32));
            }
            case 4 -> {
                if (!isOs2) {
                    throw unsupported("a JPEG inside");
                }
                yield withDepth(Compression.RUNS_OF_24_BITS, bitsPerPixel, Set.of(24));
            }
            case 5 -> throw unsupported("a PNG inside");
            case 6 -> withDepth(Compression.ALPHA_BIT_FIELDS, bitsPerPixel, Set.of(16, 24, 32));
            case 11, 12, 13 -> throw unsupported("CMYK colours");
            default -> throw MalformedImageException.corrupt("The BMP has the unknown compression " + code);
        };
    }

    private static Compression withDepth(Compression compression, int bitsPerPixel, Set<Integer> allowed)
            throws MalformedImageException {
        if (compression == Compression.NONE && bitsPerPixel == 64) {
            throw unsupported("64 bits per pixel");
        }
        if (!allowed.contains(bitsPerPixel)) {
            throw MalformedImageException.corrupt("The BMP declares " + bitsPerPixel
                    + " bits per pixel, with the compression " + compression);
        }
        return compression;
    }

    private static MalformedImageException unsupported(String what) {
        return MalformedImageException.unsupported("The BMP has " + what + ", which is not decoded");
    }

    private static BitFields masks(ByteBuffer bmp, int bitsPerPixel, int count) throws MalformedImageException {
        requireBytes(bmp.array(), MASKS_START + count * Integer.BYTES);
        return BitFields.of(bitsPerPixel, bmp.getInt(MASKS_START), bmp.getInt(MASKS_START + 4),
                bmp.getInt(MASKS_START + 8), count > 3 ? bmp.getInt(MASKS_START + 12) : 0);
    }

    private static long colours(ByteBuffer bmp, int headerBytes, int bitsPerPixel) {
        long colours = headerBytes < INFO_HEADER_BYTES ? 0 : Integer.toUnsignedLong(bmp.getInt(46));
        return colours == 0 ? 1 << bitsPerPixel : colours;
    }

    /** Some writers leave the position at zero, or forget the palette in it. */
    private static long dataStart(ByteBuffer bmp, int headerEnd, long paletteBytes) throws MalformedImageException {
        long declared = Integer.toUnsignedLong(bmp.getInt(10));
        if (declared == 0 || declared == headerEnd) {
            return headerEnd + paletteBytes;
        }
        if (declared < headerEnd) {
            throw MalformedImageException.corrupt("The BMP's pixels start at byte " + declared
                    + ", inside its header of " + headerEnd + " bytes");
        }
        return declared;
    }

    /** The padding of the last row may be missing. */
    private static void requirePixels(
            byte[] bytes, long dataStart, int width, int height, int bitsPerPixel, Compression compression)
            throws MalformedImageException {
        long available = bytes.length - dataStart;
        long pixelBytes = ((long) width * bitsPerPixel + 7) / 8;
        // A division, because the product may be larger than a long.
        if (available < 1 || !compression.isRunLength()
                && (available < pixelBytes || (available - pixelBytes) / rowBytes(width, bitsPerPixel) < height - 1)) {
            throw MalformedImageException.truncated("The BMP of " + bytes.length + " bytes ends before its "
                    + width + " x " + height + " pixels of " + bitsPerPixel + " bits do: it was cut off");
        }
    }

    private static long rowBytes(int width, int bitsPerPixel) {
        return ((long) width * bitsPerPixel + 31) / 32 * 4;
    }

    /** The bytes of a row that is no run lengths, with its padding. */
    int rowBytes() {
        return (int) rowBytes(width, bitsPerPixel);
    }

    ImageHeader imageHeader() {
        return new ImageHeader(width, height, Orientation.UPRIGHT,
                bitFields.hasAlpha() ? Transparency.ALPHA_CHANNEL_UNLESS_ZERO : Transparency.NONE);
    }

    private static void requireBytes(byte[] bytes, int least) throws MalformedImageException {
        if (bytes.length < least) {
            throw MalformedImageException.truncated(
                    "The BMP of " + bytes.length + " bytes ends inside its header: it was cut off");
        }
    }

    /**
     * The bits of a bitmap's pixel that are its samples. A mask of zero means that the sample is missing: zero, or for
     * alpha, opaque.
     *
     * @param red its bits, which are contiguous
     * @param green likewise
     * @param blue likewise
     * @param alpha likewise
     */
    record BitFields(Field red, Field green, Field blue, Field alpha) {

        private static final BitFields FIVE_BITS = new BitFields(0x7c00, 0x3e0, 0x1f);
        private static final BitFields EIGHT_BITS = new BitFields(0xff0000, 0xff00, 0xff);

        private BitFields(int red, int green, int blue) {
            this(new Field(red), new Field(green), new Field(blue), new Field(0));
        }

        /** The fields of a bitmap without masks; a fourth byte is no alpha, as browsers have it. */
        static BitFields ofDepth(int bitsPerPixel) {
            return bitsPerPixel == 16 ? FIVE_BITS : EIGHT_BITS;
        }

        /**
         * The fields of masks.
         *
         * @throws MalformedImageException if a mask has gaps, or shares a bit with another
         */
        static BitFields of(int bitsPerPixel, int red, int green, int blue, int alpha) throws MalformedImageException {
            // Some writers have an alpha mask in bits that the pixel does not have.
            int depth = bitsPerPixel == 32 ? -1 : (1 << bitsPerPixel) - 1;
            int[] masks = {red & depth, green & depth, blue & depth, alpha & depth};
            if ((masks[0] | masks[1] | masks[2]) == 0) {
                return ofDepth(bitsPerPixel);
            }
            int seen = 0;
            for (int mask : masks) {
                int ones = mask == 0 ? 0 : mask >>> Integer.numberOfTrailingZeros(mask);
                if ((ones & ones + 1) != 0 || (seen & mask) != 0) {
                    throw MalformedImageException.corrupt(("The BMP's colour masks have gaps or share bits:"
                            + " red %x, green %x, blue %x, alpha %x").formatted(red, green, blue, alpha));
                }
                seen |= mask;
            }
            return new BitFields(new Field(masks[0]), new Field(masks[1]), new Field(masks[2]), new Field(masks[3]));
        }

        boolean hasAlpha() {
            return alpha.mask() != 0;
        }

        /** Whether a pixel of 24 bits is blue, green and red already. */
        boolean areBytes() {
            return blue.mask() == 0xff && green.mask() == 0xff00 && red.mask() == 0xff0000;
        }

        /**
         * The bits of one sample.
         *
         * @param mask contiguous ones, or zero
         * @param shift zeros below the mask
         * @param spread the samples of at most 8 bits over the whole range: the largest of 5 bits, 31, becomes 255
         *     and not 248; empty for more bits
         */
        record Field(int mask, int shift, byte[] spread) {

            private Field(int mask) {
                this(mask, mask == 0 ? 0 : Integer.numberOfTrailingZeros(mask), spread(mask));
            }

            private static byte[] spread(int mask) {
                int bits = Integer.bitCount(mask);
                byte[] spread = new byte[bits > 8 ? 0 : 1 << bits];
                for (int sample = 1; sample < spread.length; sample++) {
                    spread[sample] = (byte) Math.round(sample * 255.0 / (spread.length - 1));
                }
                return spread;
            }

            /** The sample of a pixel, from 0 to 255. */
            byte of(int pixel) {
                int sample = (pixel & mask) >>> shift;
                if (spread.length > 0) {
                    return spread[sample];
                }
                long largest = Integer.toUnsignedLong(mask >>> shift);
                return (byte) Math.round(Integer.toUnsignedLong(sample) * 255.0 / largest);
            }
        }
    }
}
