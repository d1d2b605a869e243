package io.flinkvision.core.head;

import io.flinkvision.core.inference.Label;
import java.util.List;

/**
 * A head's answer to the features of a picture.
 *
 * @param labels the most probable labels, the first one first; at least one
 * @param distance 1 less the cosine between the features and the nearest label's centroid: 0 for a picture like those
 *     that were taught, at most 2
 * @param unknown whether the picture is like none that were taught, since the distance is beyond the head's threshold
 */
public record HeadAnswer(List<Label> labels, double distance, boolean unknown) {

    public HeadAnswer {
        labels = List.copyOf(labels);
        if (labels.isEmpty()) {
            throw new IllegalArgumentException("A head's answer has no labels");
        }
        if (!(distance >= 0 && distance <= 2)) {
            throw new IllegalArgumentException("The distance must be from 0 to 2, not " + distance);
        }
    }
}
