package io.flinkvision.core.teach;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * How near held-out pictures are to those that were taught. Where most have a near twin, as at a camera that never
 * moves, their accuracy says little of other scenes. Distances are compared with those within the label, since features
 * of one network lie closer together than another's.
 */
final class Neighbours {

    /** Part of the usual distance within the label below which a neighbour is a twin. */
    private static final double TWIN = 0.3;

    /** The share among so many tells enough, and comparing all with all takes minutes for a large set. */
    private static final int MAX_COMPARED = 2_000;

    private final TeachingSet set;
    private final Folds folds;
    private final FeatureMatrix matrix;

    Neighbours(TeachingSet set, Folds folds, FeatureMatrix matrix) {
        this.set = set;
        this.folds = folds;
        this.matrix = matrix;
    }

    /**
     * The share of pictures with a twin in another fold, among some of them if there are many.
     *
     * @param pictures those that are held out, at least one; in an order that says nothing of them
     */
    double shareOfTwins(int[] pictures) {
        double[] squares = IntStream.range(0, matrix.pictures()).mapToDouble(matrix::square).toArray();
        int step = (pictures.length + MAX_COMPARED - 1) / MAX_COMPARED;
        return IntStream.iterate(0, i -> i < pictures.length, i -> i + step)
                .map(i -> hasTwin(pictures[i], squares) ? 1 : 0)
                .average().orElse(0);
    }

    private boolean hasTwin(int picture, double[] squares) {
        double[] products = matrix.products(picture);
        double[] distances = IntStream.range(0, products.length)
                .mapToDouble(other -> squares[picture] + squares[other] - 2 * products[other])
                .toArray();
        int[] others = IntStream.range(0, products.length)
                .filter(other -> folds.of(other) != folds.of(picture))
                .toArray();
        double[] ofLabel = IntStream.of(others)
                .filter(other -> set.target(other) == set.target(picture))
                .mapToDouble(other -> distances[other])
                .sorted()
                .toArray();
        double nearest = Arrays.stream(others).mapToDouble(other -> distances[other]).min().orElseThrow();
        return nearest < TWIN * ofLabel[ofLabel.length / 2];
    }
}
