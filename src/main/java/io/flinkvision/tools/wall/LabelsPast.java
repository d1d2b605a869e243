package io.flinkvision.tools.wall;

import io.flinkvision.tools.teach.FramePast;
import java.time.Instant;

/** Reads the past frames of a camera from the labels topic. */
final class LabelsPast implements FramePast {

    /** Opens no connection yet. */
    LabelsPast(WatchedJob job) {}

    @Override
    public Span read(String camera, Instant from, Instant until) {
        throw new UnsupportedOperationException();
    }
}
