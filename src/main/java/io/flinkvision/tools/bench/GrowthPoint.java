package io.flinkvision.tools.bench;

import java.util.Objects;

/**
 * What the job did at one place along a dimension.
 *
 * @param at the place's name on the axis, such as {@code 1,000}
 * @param row what was measured of the job there
 */
public record GrowthPoint(Dimension dimension, String at, Row row) {

    public GrowthPoint {
        Objects.requireNonNull(dimension, "dimension");
        Objects.requireNonNull(at, "at");
        Objects.requireNonNull(row, "row");
    }

    /** Pictures a second. */
    public Spread rate() {
        return row.spread(Round::rate);
    }

    /** The processors' milliseconds that a picture took, apart from the broker and the reader of the answers. */
    public Spread processorMillis() {
        return row.spread(round -> 1e3 * round.processorSecondsAPicture());
    }
}
