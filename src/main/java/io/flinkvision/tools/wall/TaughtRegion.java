package io.flinkvision.tools.wall;

import io.flinkvision.core.head.Head;
import io.flinkvision.core.image.RegionBox;
import io.flinkvision.job.record.Region;
import io.flinkvision.job.record.RegionKey;
import io.flinkvision.tools.teach.RegionFolder;
import java.util.Optional;

/**
 * A region of a camera: what the job applies, and what is kept to teach it. It has at least one of these.
 *
 * @param key of this camera, also if the job applies a region of all cameras
 * @param applied what the job applies; empty if only its pictures are left
 * @param isOfTheTopic whether the heads topic declares it for this camera alone, so that it can be removed there
 * @param folder its labelled pictures; empty if there are none
 */
record TaughtRegion(RegionKey key, Optional<Region> applied, boolean isOfTheTopic, Optional<RegionFolder> folder) {

    /** Where it is: what the job applies counts. */
    RegionBox box() {
        return applied.map(Region::box).or(() -> folder.map(RegionFolder::box)).orElseThrow();
    }

    /** The head that answers now. */
    Optional<Head> head() {
        return applied.flatMap(Region::head);
    }

    /** Whether it is one of all cameras. */
    boolean isOfAllCameras() {
        return applied.filter(region -> region.key().camera().equals(RegionKey.ALL_CAMERAS)).isPresent();
    }
}
