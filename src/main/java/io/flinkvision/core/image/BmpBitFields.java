package io.flinkvision.core.image;

/**
 * The bits of a bitmap's pixel that are its samples. A mask of zero is a sample that is missing: zero, or for alpha,
 * opaque.
 *
 * @param red its bits, which are contiguous
 * @param green likewise
 * @param blue likewise
 * @param alpha likewise
 */
record BmpBitFields(Field red, Field green, Field blue, Field alpha) {

    private static final BmpBitFields FIVE_BITS = new BmpBitFields(0x7c00, 0x3e0, 0x1f);
    private static final BmpBitFields EIGHT_BITS = new BmpBitFields(0xff0000, 0xff00, 0xff);

    private BmpBitFields(int red, int green, int blue) {
        this(new Field(red), new Field(green), new Field(blue), new Field(0));
    }

    /** The fields of a bitmap without masks; a fourth byte is no alpha, as browsers have it. */
    static BmpBitFields ofDepth(int bitsPerPixel) {
        return bitsPerPixel == 16 ? FIVE_BITS : EIGHT_BITS;
    }

    /**
     * The fields of masks.
     *
     * @throws MalformedImageException if a mask has gaps, or shares a bit with another
     */
    static BmpBitFields of(int bitsPerPixel, int red, int green, int blue, int alpha) throws MalformedImageException {
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
        return new BmpBitFields(new Field(masks[0]), new Field(masks[1]), new Field(masks[2]), new Field(masks[3]));
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
     * @param spread the samples of at most 8 bits over the whole range: the largest of 5 bits, 31, is 255 and not 248;
     *     empty for more bits
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
