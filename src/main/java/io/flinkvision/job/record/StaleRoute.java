package io.flinkvision.job.record;

import io.flinkvision.job.operator.AgeLimit;
import io.flinkvision.job.operator.StaleFrame;

/** How a frame is answered that is older than an {@link AgeLimit} allows. */
public enum StaleRoute {

    /** By a dead letter of the code {@link io.flinkvision.core.image.ErrorCode#STALE}. */
    DEAD_LETTER,

    /** By a record of the labels' topic that has no labels, and says so: a {@link StaleFrame}. */
    LABEL,

    /** By nothing: it is only counted. */
    SKIP
}
