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
 * @param input the region's pixels, stretched to the network's input
 */
public record DecodedRegion(String name, RegionBox box, Optional<Head> head, RgbImage input) {

    public DecodedRegion {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(box, "box");
        Objects.requireNonNull(head, "head");
        Objects.requireNonNull(input, "input");
    }
}
