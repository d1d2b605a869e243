package io.flinkvision.tools.teach;

import java.util.List;
import java.util.Objects;

/**
 * The reasons for a head's answer to a picture.
 *
 * @param label the most probable one
 * @param score its probability, from 0 to 1
 * @param distance how unlike the picture is to all that the head was taught, from 0 to 2
 * @param unknown whether that is beyond the head's threshold
 * @param neighbours the taught pictures that are most similar, the first one first; not the picture itself
 * @param heat {@code [rows, columns]}: by how much the label's probability falls where a part of the picture is
 *     covered, from -1 to 1; high where the network looked
 */
public record Explanation(
        String label, float score, double distance, boolean unknown, List<Neighbour> neighbours, float[][] heat) {

    public Explanation {
        Objects.requireNonNull(label, "label");
        neighbours = List.copyOf(neighbours);
        Objects.requireNonNull(heat, "heat");
    }

    /**
     * A similar picture.
     *
     * @param source the {@link io.flinkvision.core.teach.Example#source} of the picture
     * @param label its label
     * @param distance 1 less the cosine between the two pictures' features, from 0 to 2
     */
    public record Neighbour(String source, String label, double distance) {

        public Neighbour {
            Objects.requireNonNull(source, "source");
            Objects.requireNonNull(label, "label");
        }
    }
}
