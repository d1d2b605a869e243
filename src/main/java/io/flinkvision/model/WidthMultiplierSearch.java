package io.flinkvision.model;

import java.util.List;
import java.util.Map;
import java.util.Optional;

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
    private static final double LARGEST = 64;

    /** Halvings of the range: down to differences that no width shows. */
    private static final int BISECTIONS = 48;

    /** Parts of one that people's multipliers are whole numbers of, the likeliest first: quarters, twentieths, ... */
    private static final List<Integer> CUSTOMARY_FRACTIONS = List.of(4, 20, 100, 1000, 10_000);

    /** More than the bisection leaves open, so that a customary multiplier at the very edge is not passed over. */
    private static final double EDGE = 1e-9;

    private WidthMultiplierSearch() {}

    /**
     * The network of a variant, or of one that differs from it in its width multiplier only, whose tensors are exactly
     * those of the shapes. Where several multipliers give the same widths, it has the roundest.
     */
    static Optional<Network> find(Family family, Variant variant, Map<String, List<Integer>> shapes) {
        if (!family.isScalable()) {
            return fitting(family, variant, shapes);
        }
        long wanted = shapes.values().stream().mapToLong(WidthMultiplierSearch::sum).sum();
        double below = 0;
        double found = LARGEST;
        for (int i = 0; i < BISECTIONS; i++) {
            double middle = (below + found) / 2;
            if (sum(family.network(variant.withWidthMultiplier(middle))) < wanted) {
                below = middle;
            } else {
                found = middle;
            }
        }
        Optional<Network> narrowest = fitting(family, variant.withWidthMultiplier(found), shapes);
        return narrowest.isPresent() ? roundest(narrowest.get(), shapes) : narrowest;
    }

    /** The same network with the roundest multiplier that gives it. */
    private static Optional<Network> roundest(Network narrowest, Map<String, List<Integer>> shapes) {
        for (int fraction : CUSTOMARY_FRACTIONS) {
            long parts = (long) Math.ceil((narrowest.variant().widthMultiplier() - EDGE) * fraction);
            double multiplier = Math.max(1, parts) / (double) fraction;
            Optional<Network> round = fitting(
                    narrowest.family(), narrowest.variant().withWidthMultiplier(multiplier), shapes);
            if (round.isPresent()) {
                return round;
            }
        }
        return Optional.of(narrowest);
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
