package io.flinkvision.core.teach;

import io.flinkvision.core.image.ImageFingerprint;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Pictures of a scene in which nothing changed. Of two near-duplicates no cell of the fingerprints differs by more than
 * {@value #MAX_DIFFERENCE} grey levels; what looks like a near-duplicate of a picture is one of all its
 * near-duplicates too.
 */
public final class NearDuplicates {

    private static final int MAX_DIFFERENCE = 10;

    private NearDuplicates() {}

    /**
     * Finds the near-duplicates among pictures.
     *
     * @return for each picture the index of the first one that it is a near-duplicate of; its own if there is none
     */
    public static int[] firstOfEach(List<ImageFingerprint> pictures) {
        return sets(pictures).representatives();
    }

    /** Whether one of two pictures makes the other one a near-duplicate. */
    public static boolean areNear(ImageFingerprint one, ImageFingerprint other) {
        return one.isNear(other, MAX_DIFFERENCE);
    }

    static DisjointSets sets(List<ImageFingerprint> pictures) {
        DisjointSets sets = new DisjointSets(pictures.size());
        int cell = mostVaryingCell(pictures);
        int[] greys = pictures.stream().mapToInt(picture -> picture.cells()[cell] & 0xff).toArray();
        int[] byGrey = IntStream.range(0, greys.length).boxed()
                .sorted(Comparator.comparing(picture -> greys[picture]))
                .mapToInt(Integer::intValue)
                .toArray();
        for (int i = 0; i < byGrey.length; i++) {
            ImageFingerprint fingerprint = pictures.get(byGrey[i]);
            // Where this cell differs by more, the others need not be compared.
            for (int j = i - 1; j >= 0 && greys[byGrey[i]] - greys[byGrey[j]] <= MAX_DIFFERENCE; j--) {
                if (!sets.areJoined(byGrey[i], byGrey[j]) && areNear(fingerprint, pictures.get(byGrey[j]))) {
                    sets.join(byGrey[i], byGrey[j]);
                }
            }
        }
        return sets;
    }

    /** By which few pairs are left to compare. */
    private static int mostVaryingCell(List<ImageFingerprint> pictures) {
        int cells = ImageFingerprint.SIDE * ImageFingerprint.SIDE;
        double[] sums = new double[cells];
        double[] squares = new double[cells];
        for (ImageFingerprint picture : pictures) {
            for (int cell = 0; cell < cells; cell++) {
                int grey = picture.cells()[cell] & 0xff;
                sums[cell] += grey;
                squares[cell] += grey * grey;
            }
        }
        return IntStream.range(0, cells).boxed()
                .max(Comparator.comparing(cell -> squares[cell] - sums[cell] * sums[cell] / Math.max(1, pictures.size())))
                .orElseThrow();
    }
}
