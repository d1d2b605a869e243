package io.flinkvision.core.image;

/** How a picture says which of its pixels are seen through. */
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
     * One grey of a picture without an alpha channel stands for full transparency.
     *
     * @param sample the grey at the depth of the decoded picture, 8 or 16 bits
     */
    record TransparentGrey(int sample) implements Transparency {}
}
