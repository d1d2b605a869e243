package io.flinkvision.core.inference;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.image.RgbImage;
import io.flinkvision.core.quantization.AffineQuantization.ValueRange;
import io.flinkvision.core.quantization.QuantizableNetwork;
import io.flinkvision.core.quantization.QuantizableNetwork.Scope;
import io.flinkvision.core.weights.OnnxModel.Scores;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Finds the layers of a network that are worth computing in 8-bit integers, with a user's own pictures: the ranges of
 * the values come from some of them, and the agreement with the float network is measured on others.
 */
public final class Quantization {

    /**
     * The limit for a layer that is quantised alone: a larger mean difference changes the labels of the whole network.
     */
    private static final double MAX_SCORE_DIFFERENCE = 0.02;

    private final ModelBundle bundle;
    private final QuantizableNetwork network;
    private final List<RgbImage> calibration;
    private final List<RgbImage> measurement;
    private final Consumer<String> progress;
    private final Map<String, ValueRange> ranges;

    /**
     * @param bundle tensors of a network
     * @param calibration pictures for the ranges, at least one
     * @param measurement other pictures, at least one
     * @param progress receives a line per step
     * @throws InferenceException if the network fails on a picture
     */
    public Quantization(
            ModelBundle bundle,
            List<RgbImage> calibration,
            List<RgbImage> measurement,
            Consumer<String> progress) {
        if (calibration.isEmpty() || measurement.isEmpty()) {
            throw new IllegalArgumentException("Pictures are needed to calibrate with and to measure on");
        }
        this.bundle = bundle;
        this.network = QuantizableNetwork.of(bundle);
        this.calibration = List.copyOf(calibration);
        this.measurement = List.copyOf(measurement);
        this.progress = progress;
        this.ranges = ValueRanges.of(network, bundle.preprocessing(), this.calibration);
    }

    /**
     * Quantises the network in every scope, and measures each.
     *
     * @throws InferenceException if a network cannot be loaded, or fails on a picture
     */
    public List<QuantizedNetwork> candidates() {
        Map<String, Double> differences = differencesOfSingleLayers();
        List<List<Label>> expected = labels(network.onnx(), measurement);
        List<QuantizedNetwork> candidates = new ArrayList<>();
        for (Scope scope : Scope.values()) {
            progress.accept("Measuring: " + scope.title());
            Set<String> wanted = network.layers().entrySet().stream()
                    .filter(layer -> layer.getValue().compareTo(scope) <= 0)
                    .map(Map.Entry::getKey)
                    .collect(Collectors.toSet());
            Set<String> layers = wanted.stream()
                    .filter(layer -> differences.get(layer) <= MAX_SCORE_DIFFERENCE)
                    .collect(Collectors.toSet());
            byte[] onnx = network.quantised(layers, ranges);
            Agreement agreement = Agreement.between(expected, labels(onnx, measurement));
            candidates.add(new QuantizedNetwork(
                    scope, layers, wanted.size() - layers.size(), onnx, agreement, speed(onnx)));
        }
        return candidates;
    }

    /**
     * The fastest of those that agree well enough and are faster than the float network.
     *
     * @param minimumAgreement share of pictures with the same most probable label, from 0 to 1
     */
    public static Optional<QuantizedNetwork> best(List<QuantizedNetwork> candidates, double minimumAgreement) {
        return candidates.stream()
                .filter(candidate -> candidate.agreement().share() >= minimumAgreement)
                .filter(candidate -> candidate.speed().median() > 1)
                .max(Comparator.comparingDouble(candidate -> candidate.speed().median()));
    }

    /** Mean score difference with one layer quantised, by the layers' names. */
    private Map<String, Double> differencesOfSingleLayers() {
        List<List<Label>> expected = labels(network.onnx(), calibration);
        Map<String, Double> differences = new HashMap<>();
        for (String layer : network.layers().keySet().stream().sorted().toList()) {
            progress.accept("Trying layer " + (differences.size() + 1) + " of " + network.layers().size() + ": "
                    + layer);
            byte[] onnx = network.quantised(Set.of(layer), ranges);
            differences.put(layer, Agreement.between(expected, labels(onnx, calibration)).meanScoreDifference());
        }
        return differences;
    }

    private List<List<Label>> labels(byte[] onnx, List<RgbImage> pictures) {
        try (Classifier classifier =
                new Classifier(load(onnx), bundle.preprocessing(), bundle.labels(), Scores.LOGITS)) {
            return pictures.stream().map(picture -> classifier.classify(picture, bundle.labels().size())).toList();
        }
    }

    private SpeedRatio speed(byte[] onnx) {
        try (OnnxRuntimeSession reference = load(network.onnx()); OnnxRuntimeSession quantised = load(onnx)) {
            for (OnnxRuntimeSession session : Arrays.asList(reference, quantised)) {
                new InputTensor(bundle.preprocessing(), session.layout()).write(measurement.get(0), session.input());
            }
            return SpeedRatio.of(reference, quantised);
        }
    }

    private OnnxRuntimeSession load(byte[] onnx) {
        return OnnxRuntimeSession.load(onnx, bundle.preprocessing().inputSize(), bundle.labels().size());
    }

    /**
     * A network with some layers in 8-bit integers, with its agreement and speed.
     *
     * @param scope which layers were to be quantised
     * @param layers those that were: less the ones that alone changed the scores too much
     * @param left how many of the scope's layers were left in float for that
     * @param onnx the network, input {@code [n, 3, size, size]}, output {@code [n, classes]}
     * @param agreement with the float network, on pictures that it was not calibrated on
     * @param speed against the float network
     */
    public record QuantizedNetwork(
            Scope scope, Set<String> layers, int left, byte[] onnx, Agreement agreement, SpeedRatio speed) {

        public QuantizedNetwork {
            Objects.requireNonNull(scope, "scope");
            layers = Set.copyOf(layers);
            Objects.requireNonNull(onnx, "onnx");
            Objects.requireNonNull(agreement, "agreement");
            Objects.requireNonNull(speed, "speed");
        }
    }

    /**
     * The agreement of another form of a network with the network itself.
     *
     * @param pictures the number of pictures compared
     * @param sameLabel the number with the same most probable label
     * @param meanScoreDifference mean absolute difference of the scores of the network's own most probable label
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
         * @param expected each picture's labels by the network itself, in descending order of their scores
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

    /**
     * The speed of another form of a network relative to the network, by the CPU time of one thread, which other
     * programs on the machine do not affect.
     *
     * @param low the 10th percentile of the rounds
     * @param median of the rounds
     * @param high the 90th percentile of the rounds
     */
    public record SpeedRatio(double low, double median, double high) {

        private static final int ROUNDS = 100;
        private static final int WARM_UP_ROUNDS = 10;

        /** Several pictures a round, since a processor's clock is read in coarse steps on some systems. */
        private static final int RUNS = 5;

        /**
         * Alternates between both networks, so that slowdowns of the machine affect both.
         *
         * @param network a loaded network with an input in it
         * @param other the other form, likewise
         */
        static SpeedRatio of(OnnxRuntimeSession network, OnnxRuntimeSession other) {
            double[] ratios = new double[ROUNDS];
            for (int round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
                double nanoseconds = nanoseconds(network);
                double ratio = nanoseconds / nanoseconds(other);
                if (round >= 0) {
                    ratios[round] = ratio;
                }
            }
            return ofRounds(ratios);
        }

        static SpeedRatio ofRounds(double[] ratios) {
            double[] sorted = ratios.clone();
            Arrays.sort(sorted);
            int last = sorted.length - 1;
            return new SpeedRatio(sorted[last / 10], sorted[last / 2], sorted[last - last / 10]);
        }

        private static long nanoseconds(OnnxRuntimeSession network) {
            ThreadMXBean threads = ManagementFactory.getThreadMXBean();
            // The other network has driven this one's weights out of the processor's caches.
            network.run();
            long start = threads.getCurrentThreadCpuTime();
            for (int run = 0; run < RUNS; run++) {
                network.run();
            }
            return Math.max(1, threads.getCurrentThreadCpuTime() - start);
        }
    }
}
