package io.flinkvision.core.teach;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Teaches from all folds but one, and asks for the pictures of that one: the only pictures from which an accuracy, a
 * strength or a threshold is ever taken.
 */
final class CrossValidation {

    /** Candidates for {@code C}, ascending, each about the same multiple of the one before it. */
    private static final List<Double> CANDIDATES = List.of(10.0, 31.6, 100.0, 316.0, 1000.0);

    /** Taken where there are too few pictures for a choice. */
    private static final double DEFAULT_STRENGTH = 100;

    /** No picture is of this fold: to hold it out is to teach all. */
    private static final int NO_FOLD = -2;

    /** Pictures of each label from which on the strength is chosen. */
    private static final int MIN_UNITS_FOR_CHOICE = 3;

    /**
     * Close enough to compare candidates: near the best one the likelihood is right to 0.001. A tenth of it takes
     * nearly twice as long, and chooses the same.
     */
    private static final double GRADIENT_TOLERANCE = 1;

    private final TeachingSet set;
    private final Folds folds;
    private final LogisticRegression regression;
    private final List<Double> candidates;

    CrossValidation(TeachingSet set, Folds folds, LogisticRegression regression) {
        this.set = set;
        this.folds = folds;
        this.regression = regression;
        this.candidates = folds.fewestUnits() >= MIN_UNITS_FOR_CHOICE ? CANDIDATES : List.of(DEFAULT_STRENGTH);
    }

    /**
     * The answers to pictures that were held out.
     *
     * @param pictures the indices of those pictures, ascending; may be empty
     * @param targets their labels
     * @param logits {@code [pictures, labels]}, at the strength that was chosen
     * @param distances to the nearest centroid of the pictures that were taught: {@code [pictures]}
     * @param strength {@code C}
     * @param likelihoods the mean negative log-likelihood of each candidate for {@code C} that was tried, ascending
     * @param parameters those of all pictures at that strength, as far as the folds' own were taught
     */
    record Answers(int[] pictures, int[] targets, double[][] logits, double[] distances, double strength,
            List<StrengthLikelihood> likelihoods, double[] parameters) {}

    /**
     * Teaches at ascending strengths, until the right labels become less likely. The answers do not depend on how many
     * threads there are.
     */
    Answers run(ExecutorService threads) {
        List<Fold> all = IntStream.range(0, folds.count()).mapToObj(Fold::new).filter(Fold::isMeasured).toList();
        int[] pictures = IntStream.range(0, set.examples().size()).filter(folds::isMeasured).toArray();
        int[] targets = IntStream.of(pictures).map(set::target).toArray();
        if (pictures.length == 0) {
            return new Answers(pictures, targets, new double[0][], new double[0], candidates.get(0), List.of(),
                    regression.zero());
        }
        double[] distances = new double[set.examples().size()];
        inParallel(threads, all, fold -> fold.measureDistances(distances));
        // Beside the folds, on a thread that would otherwise wait for the last of them.
        Fold everything = new Fold(NO_FOLD);
        List<Fold> taught = Stream.concat(Stream.of(everything), all.stream()).toList();
        List<StrengthLikelihood> likelihoods = new ArrayList<>();
        double[][] logits = {};
        double[] parameters = {};
        double best = Double.POSITIVE_INFINITY;
        double strength = candidates.get(0);
        for (double candidate : candidates) {
            double[][] ofPictures = new double[set.examples().size()][];
            inParallel(threads, taught, fold -> fold.teach(candidate, ofPictures));
            double[][] measured = IntStream.of(pictures).mapToObj(i -> ofPictures[i]).toArray(double[][]::new);
            double likelihood = Calibration.negativeLogLikelihood(measured, targets, 1);
            likelihoods.add(new StrengthLikelihood(candidate, likelihood));
            if (!(likelihood < best)) {
                break;
            }
            best = likelihood;
            strength = candidate;
            logits = measured;
            parameters = everything.latest;
        }
        return new Answers(pictures, targets, logits, IntStream.of(pictures).mapToDouble(i -> distances[i]).toArray(),
                strength, likelihoods, parameters);
    }

    private static void inParallel(ExecutorService threads, List<Fold> folds, Consumer<Fold> task) {
        folds.stream().<Future<?>>map(fold -> threads.submit(() -> task.accept(fold))).toList()
                .forEach(Teaching::result);
    }

    /** The pictures of one fold, and what was learnt from all others. */
    private final class Fold {

        private final int[] heldOut;
        private final IntPredicate isTaught;

        /** The parameters at the strength before the latest one. */
        private double[] before = regression.zero();

        private double[] latest = regression.zero();

        private Fold(int fold) {
            this.heldOut = IntStream.range(0, set.examples().size()).filter(i -> folds.of(i) == fold).toArray();
            // The further views of a picture that is held out are held out with it.
            this.isTaught = row -> folds.of(set.rows().picture(row)) != fold;
        }

        private boolean isMeasured() {
            return heldOut.length > 0;
        }

        /** Teaches at the next strength, and enters the answers to the pictures that were held out. */
        private void teach(double strength, double[][] logits) {
            // Another step like the last one: it leads near the minimum, since the strengths ascend evenly.
            double[] start = new double[latest.length];
            for (int i = 0; i < start.length; i++) {
                start[i] = latest[i] + (latest[i] - before[i]);
            }
            LogisticRegression.Fit fit = regression.fit(strength, isTaught, start, GRADIENT_TOLERANCE);
            before = latest;
            latest = fit.parameters();
            double[][] ofLabels = regression.logits(fit, heldOut);
            for (int i = 0; i < heldOut.length; i++) {
                logits[heldOut[i]] = column(ofLabels, i);
            }
        }

        private static double[] column(double[][] matrix, int column) {
            double[] elements = new double[matrix.length];
            for (int i = 0; i < elements.length; i++) {
                elements[i] = matrix[i][column];
            }
            return elements;
        }

        private void measureDistances(double[] distances) {
            Centroids centroids = Centroids.of(set, isTaught);
            for (int picture : heldOut) {
                distances[picture] = centroids.distance(set.examples().get(picture).unit());
            }
        }
    }
}
