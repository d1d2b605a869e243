package io.flinkvision.core.inference;

import java.util.List;

/**
 * The agreement of another form of a network with the network itself.
 *
 * @param pictures how many were compared
 * @param sameLabel how many of them have the same most probable label
 * @param meanScoreDifference mean absolute difference of the scores of what the network itself finds most probable
 */
public record Agreement(int pictures, int sameLabel, double meanScoreDifference) {

    public Agreement {
        if (pictures < 1 || sameLabel < 0 || sameLabel > pictures) {
            throw new IllegalArgumentException(sameLabel + " of " + pictures + " pictures have the same label");
        }
    }

    /**
     * Compares labels picture by picture.
     *
     * @param expected each picture's labels by the network itself, in falling order of their scores
     * @param actual each picture's labels by the other form, all classes of them
     */
    static Agreement between(List<List<Label>> expected, List<List<Label>> actual) {
        if (expected.size() != actual.size()) {
            throw new IllegalArgumentException(expected.size() + " pictures against " + actual.size());
        }
        int same = 0;
        double difference = 0;
        for (int i = 0; i < expected.size(); i++) {
            Label best = expected.get(i).get(0);
            same += actual.get(i).get(0).index() == best.index() ? 1 : 0;
            difference += Math.abs(best.score() - score(actual.get(i), best.index()));
        }
        return new Agreement(expected.size(), same, difference / expected.size());
    }

    private static float score(List<Label> labels, int index) {
        return labels.stream()
                .filter(label -> label.index() == index)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("Class " + index + " is not among the labels"))
                .score();
    }

    /** The share of pictures with the same most probable label, from 0 to 1. */
    public double share() {
        return (double) sameLabel / pictures;
    }
}
