package io.flinkvision.core.mobilenet;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds the width multiplier of tensors that a family's own code has scaled.
 *
 * <p>No list of multipliers to try would do: widths are rounded to multiples of 8, each at other multipliers than the
 * next, so that hundreds of multipliers between 0.5 and 1 alone give different networks. But every width grows with
 * the multiplier or stays. Their sum does so too, and where two multipliers have the same sum, all their widths are the
 * same: a bisection by the sum finds the only network that can fit.
 */
final class WidthMultiplierSearch {

    /** No network as wide as this one fits a machine: its last convolution alone would weigh gigabytes. */
    private static final double MAX_MULTIPLIER = 64;

    /** Halvings of the range: down to differences that no width shows. */
    private static final int BISECTIONS = 40;

    /** Multipliers that published weights have, and others that are often trained, the likeliest first. */
    private static final List<Double> CUSTOMARY = List.of(1.0, 0.75, 0.5, 0.35, 1.25, 0.25, 1.5, 2.0);

    /** Denominators of the fractions that other multipliers are, the coarsest first. */
    private static final List<Integer> FRACTIONS = List.of(20, 100, 1000, 10_000);

    private WidthMultiplierSearch() {}

    /**
     * The network of a variant, or of one that differs from it in its width multiplier only, whose tensors are exactly
     * those of the shapes. Where several multipliers give the same widths, it has a customary one, or else the
     * roundest.
     */
    static Optional<Network> find(Family family, Variant variant, Map<String, List<Integer>> shapes) {
        if (!family.isScalable()) {
            return fitting(family, variant, shapes);
        }
        return firstFitting(CUSTOMARY.stream(), family, variant, shapes)
                .or(() -> bisect(family, variant, shapes).flatMap(multiplier ->
                        firstFitting(roundAround(multiplier), family, variant, shapes)));
    }

    /** Any multiplier whose widths have the sum of the shapes. */
    private static Optional<Double> bisect(Family family, Variant variant, Map<String, List<Integer>> shapes) {
        long wanted = shapes.values().stream().mapToLong(WidthMultiplierSearch::sum).sum();
        double low = 0;
        double high = MAX_MULTIPLIER;
        for (int i = 0; i < BISECTIONS; i++) {
            double middle = (low + high) / 2;
            long sum = sum(family.network(variant.withWidthMultiplier(middle)));
            if (sum == wanted) {
                return Optional.of(middle);
            }
            low = sum < wanted ? middle : low;
            high = sum < wanted ? high : middle;
        }
        return Optional.empty();
    }

    /** The round multipliers on both sides of one, the roundest first, and itself at last. */
    private static Stream<Double> roundAround(double multiplier) {
        Stream<Double> round = FRACTIONS.stream().flatMap(fraction ->
                Stream.of(Math.floor(multiplier * fraction) / fraction, Math.ceil(multiplier * fraction) / fraction));
        return Stream.concat(round.filter(candidate -> candidate > 0), Stream.of(multiplier));
    }

    private static Optional<Network> firstFitting(
            Stream<Double> multipliers, Family family, Variant variant, Map<String, List<Integer>> shapes) {
        return multipliers
                .flatMap(multiplier -> fitting(family, variant.withWidthMultiplier(multiplier), shapes).stream())
                .findFirst();
    }

    private static Optional<Network> fitting(Family family, Variant variant, Map<String, List<Integer>> shapes) {
        Network network = family.network(variant);
        return Optional.of(network).filter(candidate -> candidate.fits(shapes));
    }

    private static long sum(Network network) {
        return network.tensors().stream().mapToLong(tensor -> sum(tensor.shape())).sum();
    }

    private static long sum(List<Integer> shape) {
        return shape.stream().mapToLong(Integer::longValue).sum();
    }
}
