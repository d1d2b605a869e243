package io.flinkvision.job.record;

import io.flinkvision.core.image.RegionBox;
import io.flinkvision.core.inference.Label;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The labels of one region of a picture.
 *
 * @param name the region's name at its camera
 * @param box where in the picture it is
 * @param small whether it has so few pixels that little can be seen
 * @param head what answered; empty for the job's own model
 * @param labels the most probable labels, the first one first; at least one
 * @param reused the id of the picture that the labels were taken over from; empty if this one was classified
 */
public record RegionAnswer(String name, RegionBox box, boolean small, Optional<HeadVerdict> head, List<Label> labels,
        Optional<String> reused) {

    public RegionAnswer {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(box, "box");
        Objects.requireNonNull(head, "head");
        Objects.requireNonNull(reused, "reused");
        labels = List.copyOf(labels);
        if (labels.isEmpty()) {
            throw new IllegalArgumentException("The region " + name + " has no labels");
        }
    }

    /** Whether the head has never seen the like of the picture. */
    public boolean unknown() {
        return head.filter(HeadVerdict::unknown).isPresent();
    }

    /**
     * The head that answered, and how sure it is to know what it sees.
     *
     * @param name the head's name
     * @param digest SHA-256 of its file, in hexadecimal
     * @param unknown whether the picture is like none that it was taught
     * @param distance from what it was taught, from 0 to 2
     */
    public record HeadVerdict(String name, String digest, boolean unknown, double distance) {

        public HeadVerdict {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(digest, "digest");
            if (!(distance >= 0 && distance <= 2)) {
                throw new IllegalArgumentException("The distance must be from 0 to 2, not " + distance);
            }
        }
    }
}
