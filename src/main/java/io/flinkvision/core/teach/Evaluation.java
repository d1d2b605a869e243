package io.flinkvision.core.teach;

import io.flinkvision.core.teach.TeachingReport.Measured;
import io.flinkvision.core.teach.TeachingReport.Need;
import io.flinkvision.core.teach.TeachingReport.OfLabel;
import io.flinkvision.core.teach.TeachingReport.Unknown;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.function.IntUnaryOperator;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** Figures of cross-validated answers. */
final class Evaluation {

    private final TeachingSet set;
    private final Folds folds;
    private final CrossValidation.Answers answers;
    private final double temperature;

    /** {@code [answers, labels]}. */
    private final double[][] probabilities;

    /** The label that each picture got. */
    private final int[] predicted;

    Evaluation(TeachingSet set, Folds folds, CrossValidation.Answers answers, double temperature) {
        this.set = set;
        this.folds = folds;
        this.answers = answers;
        this.temperature = temperature;
        this.probabilities = Arrays.stream(answers.logits())
                .map(logits -> Softmax.probabilities(logits, temperature))
                .toArray(double[][]::new);
        this.predicted = Arrays.stream(probabilities).mapToInt(Softmax::best).toArray();
    }

    private int target(int answer) {
        return answers.targets()[answer];
    }

    /** The figures; empty if nothing was held out. */
    Optional<Measured> measured(Centroids centroids, Neighbours neighbours) {
        if (predicted.length == 0) {
            return Optional.empty();
        }
        List<Interval> recalls = IntStream.range(0, set.labels().size())
                .mapToObj(this::recall)
                .flatMap(Optional::stream)
                .toList();
        return Optional.of(new Measured(folds.count(), accuracy(), Interval.mean(recalls), confusion(), wrong(),
                suspects(), answers.likelihoods(),
                Calibration.negativeLogLikelihood(answers.logits(), answers.targets(), temperature),
                Calibration.expectedCalibrationError(answers.logits(), answers.targets(), temperature),
                neighbours.shareOfTwins(answers.pictures()), unknown(centroids)));
    }

    private Interval accuracy() {
        return share(answer -> true).orElseThrow();
    }

    private Optional<Interval> recall(int label) {
        return share(answer -> target(answer) == label);
    }

    /** The share of right answers among some of them. */
    private Optional<Interval> share(IntPredicate counts) {
        int[] counted = IntStream.range(0, predicted.length).filter(counts).toArray();
        if (counted.length == 0) {
            return Optional.empty();
        }
        long right = IntStream.of(counted).filter(this::isRight).count();
        double share = (double) right / counted.length;
        return Optional.of(Interval.wilson(share, trials(counted, share)));
    }

    /**
     * How many independent trials some answers are worth: their number over the design effect, which is the variance
     * between units over that of independent pictures (Korn and Graubard, Survey Methodology 24(2), 1998).
     * Near-duplicates are never worth more than one.
     */
    private double trials(int[] counted, double share) {
        Map<Integer, Double> deviations = new TreeMap<>();
        for (int answer : counted) {
            deviations.merge(folds.unit(answers.pictures()[answer]), (isRight(answer) ? 1 : 0) - share, Double::sum);
        }
        int units = deviations.size();
        double between = deviations.values().stream().mapToDouble(it -> it * it).sum() * units / Math.max(1, units - 1);
        double independent = share * (1 - share) * counted.length;
        double effect = independent == 0 ? 1 : between / independent;
        int different = count(IntStream.of(counted).map(answer -> answers.pictures()[answer]).toArray(), folds::look);
        return Math.min(different, Math.max(units, counted.length / Math.max(1, effect)));
    }

    private boolean isRight(int answer) {
        return predicted[answer] == target(answer);
    }

    private List<List<Integer>> confusion() {
        int[][] counts = new int[set.labels().size()][set.labels().size()];
        for (int answer = 0; answer < predicted.length; answer++) {
            counts[target(answer)][predicted[answer]]++;
        }
        return Arrays.stream(counts).map(row -> IntStream.of(row).boxed().toList()).toList();
    }

    private Mistake mistake(int answer) {
        Example example = set.examples().get(answers.pictures()[answer]);
        return new Mistake(example.source(), example.label(), set.labels().get(predicted[answer]),
                probabilities[answer][predicted[answer]]);
    }

    private IntStream wrongAnswers() {
        return IntStream.range(0, predicted.length).filter(answer -> predicted[answer] != target(answer));
    }

    private List<Mistake> wrong() {
        return wrongAnswers().boxed()
                .sorted(Comparator.comparing((Integer answer) -> -probabilities[answer][predicted[answer]]))
                .map(this::mistake)
                .toList();
    }

    /** Wrong answers that are at least as certain as the label is for pictures that have it. */
    private List<Mistake> suspects() {
        double[] certainty = new double[set.labels().size()];
        for (int label = 0; label < certainty.length; label++) {
            int ofLabel = label;
            certainty[label] = IntStream.range(0, predicted.length)
                    .filter(answer -> target(answer) == ofLabel)
                    .mapToDouble(answer -> probabilities[answer][ofLabel])
                    .average().orElse(1);
        }
        return wrongAnswers()
                .filter(answer -> probabilities[answer][predicted[answer]] >= certainty[predicted[answer]])
                .boxed()
                .sorted(Comparator.comparing((Integer answer) -> probabilities[answer][target(answer)]))
                .map(this::mistake)
                .toList();
    }

    private Unknown unknown(Centroids centroids) {
        double threshold = Centroids.threshold(answers.distances());
        List<Double> acceptedSiblings = IntStream.range(0, set.labels().size())
                .mapToObj(label -> within(threshold, IntStream.range(0, set.examples().size())
                        .filter(picture -> set.target(picture) == label)
                        .mapToDouble(picture ->
                                centroids.distanceWithout(label, set.examples().get(picture).unit()))))
                .toList();
        Optional<Double> acceptedNone = set.none().isEmpty() ? Optional.empty()
                : Optional.of(within(threshold,
                        set.none().stream().mapToDouble(example -> centroids.distance(example.unit()))));
        return new Unknown(threshold, acceptedSiblings, acceptedNone);
    }

    private static double within(double threshold, DoubleStream distances) {
        return distances.map(distance -> distance <= threshold ? 1 : 0).average().orElseThrow();
    }

    /** Each label, whether or not anything was held out. */
    List<OfLabel> labels() {
        List<OfLabel> labels = new ArrayList<>();
        for (int label = 0; label < set.labels().size(); label++) {
            int ofLabel = label;
            int[] pictures = IntStream.range(0, set.examples().size())
                    .filter(picture -> set.target(picture) == ofLabel)
                    .toArray();
            int different = count(pictures, folds::look);
            Optional<Interval> recall = recall(label);
            labels.add(new OfLabel(set.labels().get(label), pictures.length, different, recall,
                    needs(different, recall)));
        }
        return labels;
    }

    private List<Need> needs(int different, Optional<Interval> recall) {
        List<Need> needs = new ArrayList<>();
        if (different < Need.MIN_DIFFERENT) {
            needs.add(Need.FEW_PICTURES);
        }
        if (recall.isPresent() && recall.get().high() < accuracy().estimate()) {
            needs.add(Need.LOW_RECALL);
        }
        return needs;
    }

    /** Pictures if near-duplicates count once. */
    int different() {
        return count(IntStream.range(0, set.examples().size()).toArray(), folds::look);
    }

    private static int count(int[] pictures, IntUnaryOperator key) {
        return (int) IntStream.of(pictures).map(key).distinct().count();
    }
}
