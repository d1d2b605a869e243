package io.flinkvision.core.teach;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * How good what was taught is. Each figure is of pictures that were held out, never of pictures that were taught.
 *
 * @param pictures how many were taught, each once
 * @param copies further files of the same pictures
 * @param different how many pictures there are if near-duplicates count once
 * @param labels each label, in the order of the head's outputs
 * @param imbalance the number of pictures of the largest label over that of the smallest; above
 *     {@link #MAX_BALANCED} the small ones are taught too little
 * @param inverseRegularisation the strength {@code C} that was chosen
 * @param temperature what the logits are divided by
 * @param measured what pictures that were held out show; empty if none could be, since no label's pictures are in two
 *     independent units
 * @param leftOut files that nothing was taught from
 */
public record TeachingReport(
        int pictures,
        int copies,
        int different,
        List<OfLabel> labels,
        double imbalance,
        double inverseRegularisation,
        double temperature,
        Optional<Measured> measured,
        List<LeftOut> leftOut) {

    /** Beyond this ratio of its labels' pictures a set counts as imbalanced. */
    public static final double MAX_BALANCED = 3;

    public TeachingReport {
        labels = List.copyOf(labels);
        Objects.requireNonNull(measured, "measured");
        leftOut = List.copyOf(leftOut);
    }

    /** Whether the smallest label has too few pictures beside the largest. */
    public boolean isImbalanced() {
        return imbalance > MAX_BALANCED;
    }

    /**
     * A label.
     *
     * @param label its name
     * @param pictures how many it has
     * @param different how many if near-duplicates count once
     * @param recall the share of its pictures that got it; empty if none was held out
     * @param needs why more pictures of it would help
     */
    public record OfLabel(String label, int pictures, int different, Optional<Interval> recall, List<Need> needs) {

        public OfLabel {
            Objects.requireNonNull(label, "label");
            Objects.requireNonNull(recall, "recall");
            needs = List.copyOf(needs);
        }
    }

    /** A reason why more pictures of a label would help. */
    public enum Need {
        /** It has fewer than {@value #MIN_DIFFERENT} different pictures. */
        FEW_PICTURES,
        /** It is recognised less often than the others, by more than chance explains. */
        LOW_RECALL;

        /** Different pictures from which on a further one adds little, as measured on several sets. */
        public static final int MIN_DIFFERENT = 10;
    }

    /**
     * What pictures that were held out show.
     *
     * @param folds the number of folds
     * @param accuracy the share of pictures that got their label; near-duplicates are one trial
     * @param balancedAccuracy the mean of the labels' recalls
     * @param confusion {@code [labels, labels]}: pictures of a row's label that got a column's
     * @param wrong pictures that got another label, the most certain ones first
     * @param suspects those of them whose own label is more likely wrong than the answer (Northcutt et al., Confident
     *     Learning, JAIR 70, 2021), the least likely labels first
     * @param likelihoods of each candidate for the strength that was tried, ascending
     * @param negativeLogLikelihood of the right labels, at the temperature; mean over the pictures, in nats
     * @param calibrationError the expected calibration error, from 0 to 1
     * @param twins the share of pictures that have a twin in another fold: one that is nearer than 0.3 of the
     *     median distance to pictures of the same label
     * @param unknown how pictures of something else are told
     */
    public record Measured(
            int folds,
            Interval accuracy,
            Interval balancedAccuracy,
            List<List<Integer>> confusion,
            List<Mistake> wrong,
            List<Mistake> suspects,
            List<StrengthLikelihood> likelihoods,
            double negativeLogLikelihood,
            double calibrationError,
            double twins,
            Unknown unknown) {

        /**
         * From this share on, the pictures that were held out show the scenes that were taught. Measured with two
         * networks: 0.7 to 0.9 for sets of fixed cameras that were tested on others, 0.0 to 0.4 for other sets.
         */
        private static final double MAX_TWINS = 0.5;

        public Measured {
            Objects.requireNonNull(accuracy, "accuracy");
            Objects.requireNonNull(balancedAccuracy, "balancedAccuracy");
            confusion = confusion.stream().map(List::copyOf).toList();
            wrong = List.copyOf(wrong);
            suspects = List.copyOf(suspects);
            likelihoods = List.copyOf(likelihoods);
            Objects.requireNonNull(unknown, "unknown");
        }

        /**
         * Whether so many pictures resemble those of other folds that the accuracy says little of another camera or
         * another day, where it may be 20 points lower.
         */
        public boolean flatters() {
            return twins >= MAX_TWINS;
        }
    }

    /**
     * How pictures of something else are told.
     *
     * @param threshold the distance to the nearest centroid beyond which a picture is unknown
     * @param acceptedSiblings for each label the share of its pictures that would not be told as unknown if the label
     *     had not been taught, in the order of the labels
     * @param acceptedNone the share of the pictures of nothing in particular that are not told as unknown; empty if
     *     there are none
     */
    public record Unknown(double threshold, List<Double> acceptedSiblings, Optional<Double> acceptedNone) {

        public Unknown {
            acceptedSiblings = List.copyOf(acceptedSiblings);
            Objects.requireNonNull(acceptedNone, "acceptedNone");
        }
    }
}
