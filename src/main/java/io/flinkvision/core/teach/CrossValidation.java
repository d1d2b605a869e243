package io.flinkvision.core.teach;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/**
 * Teaches from all folds but one, and asks for the pictures of that one: the only pictures from which an accuracy, a
 * strength or a threshold is ever taken.
 */
final class CrossValidation {

    /** Candidates for {@code C}, ascending. */
    private static final List<Double> CANDIDATES = List.of(10.0, 31.6, 100.0, 316.0, 1000.0);

    /** Taken where there are too few pictures for a choice. */
    private static final double DEFAULT_STRENGTH = 100;

    /** Pictures of each label from which on the strength is chosen. */
    private static final int MIN_UNITS_FOR_CHOICE = 3;

    /**
     * Close enough to compare candidates: the weights are then off by less than the length of the gradient, and so are
     * the logits, since a picture less the mean is shorter than 1. A tenth of it takes a quarter longer and chooses the
     * same.
     */
    private static final double GRADIENT_TOLERANCE = 1e-2;

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
     * @param likelihoods the mean negative log-likelihood of each candidate for {@code C}, ascending
     */
    record Answers(int[] pictures, int[] targets, double[][] logits, double[] distances, double strength,
            List<StrengthLikelihood> likelihoods) {}

    private record OfFold(int[] pictures, double[][][] logits, double[] distances) {}

    /** The answers do not depend on how many threads there are. */
    Answers run(ExecutorService threads) {
        List<Callable<OfFold>> tasks = new ArrayList<>();
        for (int fold = 0; fold < folds.count(); fold++) {
            int heldOut = fold;
            tasks.add(() -> answers(heldOut));
        }
        List<OfFold> ofFolds = new ArrayList<>();
        try {
            for (Future<OfFold> task : threads.invokeAll(tasks)) {
                ofFolds.add(task.get());
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("A fold was not taught", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TeachingException("Teaching was interrupted", e);
        }
        return together(ofFolds);
    }

    private OfFold answers(int fold) {
        int[] heldOut = IntStream.range(0, set.examples().size()).filter(i -> folds.of(i) == fold).toArray();
        double[][][] logits = new double[candidates.size()][heldOut.length][];
        if (heldOut.length == 0) {
            return new OfFold(heldOut, logits, new double[0]);
        }
        double[] start = regression.zero();
        for (int candidate = 0; candidate < candidates.size(); candidate++) {
            LogisticRegression.Fit fit = regression.fit(
                    candidates.get(candidate), i -> folds.of(i) != fold, start, GRADIENT_TOLERANCE);
            start = fit.parameters();
            double[][] ofLabels = regression.logits(fit);
            for (int i = 0; i < heldOut.length; i++) {
                int picture = heldOut[i];
                logits[candidate][i] =
                        IntStream.range(0, ofLabels.length).mapToDouble(k -> ofLabels[k][picture]).toArray();
            }
        }
        Centroids centroids = Centroids.of(set, i -> folds.of(i) != fold);
        return new OfFold(heldOut, logits, IntStream.of(heldOut)
                .mapToDouble(i -> centroids.distance(set.examples().get(i).unit())).toArray());
    }

    private Answers together(List<OfFold> ofFolds) {
        int[] pictures = IntStream.range(0, set.examples().size()).filter(folds::isMeasured).toArray();
        int[] targets = IntStream.of(pictures).map(set::target).toArray();
        double[][][] logits = new double[candidates.size()][set.examples().size()][];
        double[] distances = new double[set.examples().size()];
        for (OfFold ofFold : ofFolds) {
            for (int i = 0; i < ofFold.pictures.length; i++) {
                for (int candidate = 0; candidate < logits.length; candidate++) {
                    logits[candidate][ofFold.pictures[i]] = ofFold.logits[candidate][i];
                }
                distances[ofFold.pictures[i]] = ofFold.distances[i];
            }
        }
        List<StrengthLikelihood> likelihoods = new ArrayList<>();
        int best = 0;
        double[][][] measured = new double[candidates.size()][][];
        for (int candidate = 0; candidate < logits.length && pictures.length > 0; candidate++) {
            double[][] ofCandidate = logits[candidate];
            measured[candidate] = IntStream.of(pictures).mapToObj(i -> ofCandidate[i]).toArray(double[][]::new);
            likelihoods.add(new StrengthLikelihood(candidates.get(candidate),
                    Calibration.negativeLogLikelihood(measured[candidate], targets, 1)));
            if (likelihoods.get(candidate).negativeLogLikelihood() < likelihoods.get(best).negativeLogLikelihood()) {
                best = candidate;
            }
        }
        return new Answers(pictures, targets, pictures.length == 0 ? new double[0][] : measured[best],
                IntStream.of(pictures).mapToDouble(i -> distances[i]).toArray(), candidates.get(best), likelihoods);
    }
}
