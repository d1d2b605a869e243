package io.flinkvision.job.operator;

import io.flinkvision.core.image.RgbImage;
import io.flinkvision.core.image.ViewStatistics;
import io.flinkvision.job.record.RawRecord;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A picture on its way from the decode operator to the classify operator. Of a picture whose views are all unchanged
 * nothing was decoded.
 *
 * @param source the record that it came from, whole: should the network fail, its dead letter needs the value
 * @param width pixels of the picture as it was sent, in its upright orientation
 * @param height likewise
 * @param format what the picture was encoded as
 * @param whole the picture resized and cropped for the network; empty if only regions of it are classified
 * @param regions those that are to be classified
 * @param decodeNanos nanoseconds spent looking at it, decoding and resizing
 * @param view what was measured of the whole picture; empty if nothing was
 */
public record DecodedImage(
        RawRecord source, int width, int height, String format, Optional<ViewInput> whole,
        List<DecodedRegion> regions, long decodeNanos, Optional<ViewStatistics> view) {

    public DecodedImage {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(format, "format");
        Objects.requireNonNull(whole, "whole");
        Objects.requireNonNull(view, "view");
        regions = List.copyOf(regions);
    }

    /** One without measurements. */
    DecodedImage(RawRecord source, int width, int height, String format, Optional<ViewInput> whole,
            List<DecodedRegion> regions, long decodeNanos) {
        this(source, width, height, format, whole, regions, decodeNanos, Optional.empty());
    }

    /** Whether there is something to classify: neither the whole picture nor any region may be due. */
    boolean hasViews() {
        return whole.isPresent() || !regions.isEmpty();
    }

    /** Whether a view has no pixels. */
    boolean hasUndecodedViews() {
        return whole.filter(view -> view.decoded().isEmpty()).isPresent()
                || regions.stream().anyMatch(region -> region.view().decoded().isEmpty());
    }

    /** The whole picture's pixels for the network, if it is to be classified and was decoded. */
    Optional<RgbImage> input() {
        return whole.flatMap(ViewInput::decoded);
    }

    /** The same picture with other views. */
    DecodedImage withViews(Optional<ViewInput> whole, List<DecodedRegion> regions) {
        return new DecodedImage(source, width, height, format, whole, regions, decodeNanos, view);
    }

    /** The same picture with other views, after more time was spent decoding it. */
    DecodedImage decodedLater(Optional<ViewInput> whole, List<DecodedRegion> regions, long nanos) {
        return new DecodedImage(source, width, height, format, whole, regions, decodeNanos + nanos, view);
    }
}
