package io.flinkvision.job.operator;

import io.flinkvision.job.record.RegionAnswer;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The answers that a picture takes over from earlier ones of its camera.
 *
 * @param whole the picture that the labels of the whole one are from; empty if none are taken over
 * @param regions the answers of its unchanged regions
 */
record ReusedAnswers(Optional<LastClassified> whole, List<RegionAnswer> regions) {

    /** Nothing is taken over. */
    static final ReusedAnswers NONE = new ReusedAnswers(Optional.empty(), List.of());

    ReusedAnswers {
        Objects.requireNonNull(whole, "whole");
        regions = List.copyOf(regions);
    }
}
