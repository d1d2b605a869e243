package io.flinkvision.core.teach;

import io.flinkvision.core.image.RegionBox;
import io.flinkvision.core.image.RgbImage;
import io.flinkvision.core.image.View;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Further views of the pictures that are taught; pictures that are held out are asked for as they are.
 *
 * @param isCropped whether the four corners and the centre are taught too, each 90 % of the picture's sides
 * @param isFlipped whether the mirror image of each view is taught too
 */
public record Augmentation(boolean isCropped, boolean isFlipped) {

    /** Pictures are taught as they are. */
    public static final Augmentation NONE = new Augmentation(false, false);

    private static final double SIDE = 0.9;
    private static final double MARGIN = 1 - SIDE;

    private static final List<RegionBox> CROPS = List.of(
            new RegionBox(0, 0, SIDE, SIDE), new RegionBox(MARGIN, 0, SIDE, SIDE),
            new RegionBox(0, MARGIN, SIDE, SIDE), new RegionBox(MARGIN, MARGIN, SIDE, SIDE),
            new RegionBox(MARGIN / 2, MARGIN / 2, SIDE, SIDE));

    /**
     * Reads {@code crop}, {@code flip} or {@code crop,flip}.
     *
     * @throws IllegalArgumentException if it is anything else
     */
    public static Augmentation parse(String text) {
        List<String> parts = Arrays.asList(text.split(",", -1));
        if (!List.of("crop", "flip").containsAll(parts) || parts.stream().distinct().count() < parts.size()) {
            throw new IllegalArgumentException("must be crop, flip or crop,flip, not '" + text + "'");
        }
        return new Augmentation(parts.contains("crop"), parts.contains("flip"));
    }

    /** How many views of a picture are taught, itself among them. */
    int views() {
        return (isCropped ? 1 + CROPS.size() : 1) * (isFlipped ? 2 : 1);
    }

    /**
     * Checks that the views fit into memory.
     *
     * @throws TeachingException if there are more than {@link LabelledPictures#MAX_PICTURES}
     */
    public void requireFew(LabelledPictures pictures) {
        int count = pictures.pictures().stream().mapToInt(picture -> picture.views().size()).sum();
        if (views() > 1 && count > LabelledPictures.MAX_PICTURES / views()) {
            throw new TeachingException("There are " + count + " pictures with " + views() + " views each, more than the"
                    + " limit of " + LabelledPictures.MAX_PICTURES + " views; teach without --augment");
        }
    }

    /** The crops of a view. */
    List<View> crops(View view) {
        return isCropped ? CROPS.stream().map(crop -> crop(view, crop)).toList() : List.of();
    }

    private static View crop(View view, RegionBox crop) {
        if (view instanceof View.Region region) {
            RegionBox box = region.box();
            // A box may end a little outside the picture, by rounding.
            return new View.Region(new RegionBox(
                    Math.min(1, box.x() + crop.x() * box.width()), Math.min(1, box.y() + crop.y() * box.height()),
                    crop.width() * box.width(), crop.height() * box.height()));
        }
        return new View.Crop(crop);
    }

    /**
     * The inputs that are taught besides a picture's own.
     *
     * @param own that of the view
     * @param crops those of its crops
     */
    Stream<RgbImage> further(RgbImage own, List<RgbImage> crops) {
        return Stream.concat(crops.stream(),
                isFlipped ? Stream.concat(Stream.of(own), crops.stream()).map(Augmentation::mirrored) : Stream.of());
    }

    private static RgbImage mirrored(RgbImage image) {
        byte[] samples = new byte[image.samples().length];
        for (int row = 0; row < image.height(); row++) {
            for (int column = 0; column < image.width(); column++) {
                System.arraycopy(image.samples(), 3 * (row * image.width() + column), samples,
                        3 * (row * image.width() + image.width() - 1 - column), 3);
            }
        }
        return new RgbImage(image.width(), image.height(), samples);
    }
}
