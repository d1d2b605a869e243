package io.flinkvision.job.event;

import io.flinkvision.core.image.ViewStatistics;
import io.flinkvision.core.inference.Label;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The labels of one picture of a camera, or of one region of it.
 *
 * <p>Where a job classifies only regions, and measures its pictures, the whole picture has a frame without labels, too.
 *
 * @param id {@code topic-partition-offset} of the picture
 * @param time when it was taken, in milliseconds' precision
 * @param labels the most probable classes, the first one first; none if nothing that has a label is seen
 * @param head what answered; empty for the job's own model
 * @param unknown whether the head has never seen the like of the picture, so that there are no labels
 * @param view what was measured of the whole picture; empty of a region, and where nothing was measured
 */
public record Frame(String id, Instant time, List<Label> labels, Optional<AnsweringHead> head, boolean unknown,
        Optional<ViewStatistics> view) implements Comparable<Frame> {

    /** A longer id of the same partition has a higher offset. */
    private static final Comparator<Frame> BY_TIME = Comparator.comparing(Frame::time)
            .thenComparing(frame -> frame.id().length())
            .thenComparing(Frame::id);

    public Frame {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(head, "head");
        Objects.requireNonNull(view, "view");
        time = time.truncatedTo(ChronoUnit.MILLIS);
        labels = List.copyOf(labels);
        if (unknown && !labels.isEmpty()) {
            throw new IllegalArgumentException("The frame " + id + " shows something unknown, and has " + labels.size()
                    + " labels");
        }
    }

    /** One that the job's own model answered, without measurements. */
    public Frame(String id, Instant time, List<Label> labels) {
        this(id, time, labels, Optional.empty(), false, Optional.empty());
    }

    /** By time, then offset: the order in which frames are processed. */
    @Override
    public int compareTo(Frame other) {
        return BY_TIME.compare(this, other);
    }

    /** The most probable class. */
    Optional<String> topLabel() {
        return labels.stream().map(Label::label).findFirst();
    }

    /** The score of a class; 0 where it is not among the most probable ones. */
    double score(String label) {
        return labels.stream().filter(known -> known.label().equals(label)).mapToDouble(Label::score).findFirst()
                .orElse(0);
    }
}
