package io.flinkvision.job.operator;

import io.flinkvision.core.image.RegionBox;
import io.flinkvision.core.image.View;
import io.flinkvision.job.record.Region;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The views of a picture that are due, in this order.
 *
 * @param whole whether the whole picture is
 * @param regions those that are
 */
record DueViews(boolean whole, List<Region> regions) {

    /** The whole picture's; a region's has a letter at least. */
    private static final String NAME_OF_THE_WHOLE = "";

    DueViews {
        regions = List.copyOf(regions);
    }

    int count() {
        return regions.size() + (whole ? 1 : 0);
    }

    List<View> all() {
        List<View> views = new ArrayList<>(count());
        if (whole) {
            views.add(View.WHOLE);
        }
        regions.forEach(region -> views.add(new View.Region(region.box())));
        return views;
    }

    /** The name of a view, which no other view of the camera has. */
    String name(int index) {
        return region(index).map(region -> region.key().region()).orElse(NAME_OF_THE_WHOLE);
    }

    /** Where in the picture a view is. */
    RegionBox box(int index) {
        return region(index).map(Region::box).orElse(RegionBox.WHOLE);
    }

    private Optional<Region> region(int index) {
        return whole && index == 0 ? Optional.empty() : Optional.of(regions.get(whole ? index - 1 : index));
    }

    /** The whole picture's among the inputs of all views. */
    Optional<ViewInput> whole(List<ViewInput> inputs) {
        return whole ? Optional.of(inputs.get(0)) : Optional.empty();
    }

    /** The regions, with theirs among the inputs of all views. */
    List<DecodedRegion> regions(List<ViewInput> inputs) {
        List<DecodedRegion> decoded = new ArrayList<>(regions.size());
        for (int i = whole ? 1 : 0; i < inputs.size(); i++) {
            Region region = regions.get(whole ? i - 1 : i);
            decoded.add(new DecodedRegion(region.key().region(), region.box(), region.head(), inputs.get(i)));
        }
        return decoded;
    }
}
