package io.flinkvision.core.image;

/**
 * What a picture says of itself before a pixel of it is decoded.
 *
 * @param width columns as decoded, before it is made upright
 * @param height rows likewise
 * @param orientation how the stored picture is made upright
 * @param transparency which of its pixels are seen through
 */
record ImageHeader(int width, int height, Orientation orientation, Transparency transparency) {

    /** A picture that is stored upright and opaque. */
    ImageHeader(int width, int height) {
        this(width, height, Orientation.UPRIGHT, Transparency.NONE);
    }
}
