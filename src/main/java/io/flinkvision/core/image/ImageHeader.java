package io.flinkvision.core.image;


/**
 * The properties that a picture declares, read before a pixel is decoded.
 *
 * @param width columns as decoded, before it is made upright
 * @param height rows likewise
 * @param orientation how the stored picture is made upright
 * @param transparency which of its pixels are transparent
 */
record ImageHeader(int width, int height, Orientation orientation, Transparency transparency) {

    /** A picture that is stored upright and opaque. */
    ImageHeader(int width, int height) {
        this(width, height, Orientation.UPRIGHT, Transparency.NONE);
    }

    /** The way in which a picture marks transparent pixels. */
    sealed interface Transparency {

        /** Every pixel is opaque. */
        Transparency NONE = new None();

        /** The decoded picture's fourth channel, if it has one, is its opacity. */
        Transparency ALPHA_CHANNEL = new AlphaChannel(false);

        /** Likewise, but a channel of zeros throughout is padding, as some writers of bitmaps leave it. */
        Transparency ALPHA_CHANNEL_UNLESS_ZERO = new AlphaChannel(true);

        /** Every pixel is opaque. */
        record None() implements Transparency {}

        /**
         * The decoded picture's fourth channel, if it has one, is its opacity.
         *
         * @param zeroIsPadding whether a channel of zeros throughout means an opaque picture
         */
        record AlphaChannel(boolean zeroIsPadding) implements Transparency {}

        /**
         * One grey of a picture without an alpha channel means full transparency.
         *
         * @param sample the grey at the depth of the decoded picture, 8 or 16 bits
         */
        record TransparentGrey(int sample) implements Transparency {}
    }
}
