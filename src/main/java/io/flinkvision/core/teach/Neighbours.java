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

    /** Pictures that are compared with all others in one pass over the matrix. */
    private static final int BLOCK = 32;

    private final TeachingSet set;
    private final Folds folds;
    private final FeatureMatrix matrix;
    private final double[] squares;

    Neighbours(TeachingSet set, Folds folds, FeatureMatrix matrix) {
        this.set = set;
        this.folds = folds;
        this.matrix = matrix;
        this.squares = IntStream.range(0, matrix.pictures()).mapToDouble(matrix::square).toArray();
    }

    /**
     * The share of pictures with a twin in another fold, among some of them if there are many.
     *
     * @param pictures those that are held out, at least one; in an order that says nothing of them
     */
    double shareOfTwins(int[] pictures) {
        int step = (pictures.length + MAX_COMPARED - 1) / MAX_COMPARED;
        int[] some = IntStream.iterate(0, i -> i < pictures.length, i -> i + step).map(i -> pictures[i]).toArray();
        int twins = 0;
        for (int start = 0; start < some.length; start += BLOCK) {
            int[] block = Arrays.copyOfRange(some, start, Math.min(start + BLOCK, some.length));
            double[][] products = matrix.products(block);
            for (int i = 0; i < block.length; i++) {
                twins += hasTwin(block[i], products[i]) ? 1 : 0;
            }
        }
        return some.length == 0 ? 0 : (double) twins / some.length;
    }

    private boolean hasTwin(int picture, double[] products) {
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
