package io.flinkvision.job.operator;

import io.flinkvision.core.head.Head;
import io.flinkvision.core.image.RegionBox;
import io.flinkvision.core.image.RgbImage;
import java.util.Objects;
import java.util.Optional;

/**
 * A region of a picture on its way to the classify operator. Its head travels with it: so the box and the head of an
 * answer are always of the same declaration, whatever changes meanwhile.
 *
 * @param name the region's name at its camera
 * @param box where in the picture it is
 * @param head what answers; empty for the classes of the job's own model
 * @param view the region, stretched to the network's input
 */
public record DecodedRegion(String name, RegionBox box, Optional<Head> head, ViewInput view) {

    public DecodedRegion {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(box, "box");
        Objects.requireNonNull(head, "head");
        Objects.requireNonNull(view, "view");
    }

    /**
     * The region's pixels for the network.
     *
     * @throws IllegalStateException if it was not decoded
     */
    RgbImage input() {
        return view.decoded().orElseThrow(() -> new IllegalStateException("The region " + name + " was not decoded"));
    }

    /** The same region with another view. */
    DecodedRegion withView(ViewInput view) {
        return new DecodedRegion(name, box, head, view);
    }
}
