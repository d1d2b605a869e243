package io.flinkvision.job.operator;

import io.flinkvision.core.head.Head;
import io.flinkvision.core.image.RegionBox;
import io.flinkvision.job.record.RegionAnswer.HeadVerdict;
import io.flinkvision.job.record.RegionAnswer;
import java.util.Objects;
import java.util.Optional;

/**
 * The state of a camera's region whose answers are taken over: the region as it last went to the network.
 *
 * @param last the picture that it was in, with the region's fingerprint and labels
 * @param box where it was
 * @param head what answered; empty for the job's own model
 */
public record LastRegion(LastClassified last, RegionBox box, Optional<HeadVerdict> head) {

    public LastRegion {
        Objects.requireNonNull(last, "last");
        Objects.requireNonNull(box, "box");
        Objects.requireNonNull(head, "head");
    }

    /** Whether a region is still the same question about the same part of the picture. */
    boolean isOf(DecodedRegion region) {
        return box.equals(region.box())
                && head.map(HeadVerdict::digest).equals(region.head().map(Head::digest));
    }

    /**
     * The answer of that time, for a later picture.
     *
     * @param small whether the region is small in the later picture
     */
    RegionAnswer takenOver(String name, boolean small) {
        return new RegionAnswer(
                name, box, small, head, last.picture().labels(), Optional.of(last.source().toString()));
    }
}
