package io.flinkvision.image;

import java.util.Optional;

/**
 * What a picture says of itself before a pixel of it is decoded.
 *
 * @param width columns as stored
 * @param height rows as stored
 * @param orientation how the stored picture is made upright
 * @param transparentColour the colour that a grey or true-colour PNG has in place of an alpha channel: its red, green
 *     and blue (or grey three times) as 8-bit samples
 */
record ImageHeader(int width, int height, Orientation orientation, Optional<int[]> transparentColour) {

    ImageHeader(int width, int height, Orientation orientation) {
        this(width, height, orientation, Optional.empty());
    }
}
