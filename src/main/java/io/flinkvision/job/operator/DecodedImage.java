package io.flinkvision.job.operator;

import io.flinkvision.core.image.RgbImage;
import io.flinkvision.core.image.ViewStatistics;
import io.flinkvision.job.record.RawRecord;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A picture on its way from the decode operator to the classify operator.
 *
 * @param source the record that it came from, whole: should the network fail, its dead letter needs the value
 * @param width pixels of the picture as it was sent, in its upright orientation
 * @param height likewise
 * @param format what the picture was encoded as
 * @param input the picture resized and cropped for the network; empty if only regions of it are classified
 * @param regions those that are to be classified
 * @param decodeNanos nanoseconds spent decoding and resizing
 * @param view what was measured of the whole picture; empty if nothing was
 */
public record DecodedImage(
        RawRecord source, int width, int height, String format, Optional<RgbImage> input,
        List<DecodedRegion> regions, long decodeNanos, Optional<ViewStatistics> view) {

    public DecodedImage {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(format, "format");
        Objects.requireNonNull(input, "input");
        Objects.requireNonNull(view, "view");
        regions = List.copyOf(regions);
    }

    /** One without measurements. */
    DecodedImage(RawRecord source, int width, int height, String format, Optional<RgbImage> input,
            List<DecodedRegion> regions, long decodeNanos) {
        this(source, width, height, format, input, regions, decodeNanos, Optional.empty());
    }

    /** Whether there is something to classify: neither the whole picture nor any region may be due. */
    boolean hasViews() {
        return input.isPresent() || !regions.isEmpty();
    }

    /** The same picture with fewer views. */
    DecodedImage withViews(Optional<RgbImage> input, List<DecodedRegion> regions) {
        return new DecodedImage(source, width, height, format, input, regions, decodeNanos, view);
    }
}
