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

    static DisjointSets sets(List<ImageFingerprint> pictures) {
        DisjointSets sets = new DisjointSets(pictures.size());
        double[] greys = pictures.stream().mapToDouble(NearDuplicates::meanGrey).toArray();
        int[] byGrey = IntStream.range(0, greys.length).boxed()
                .sorted(Comparator.comparing(picture -> greys[picture]))
                .mapToInt(Integer::intValue)
                .toArray();
        for (int i = 0; i < byGrey.length; i++) {
            ImageFingerprint fingerprint = pictures.get(byGrey[i]);
            // Where the means differ by more, so does some cell.
            for (int j = i - 1; j >= 0 && greys[byGrey[i]] - greys[byGrey[j]] <= MAX_DIFFERENCE; j--) {
                if (!sets.areJoined(byGrey[i], byGrey[j])
                        && fingerprint.isNear(pictures.get(byGrey[j]), MAX_DIFFERENCE)) {
                    sets.join(byGrey[i], byGrey[j]);
                }
            }
        }
        return sets;
    }

    private static double meanGrey(ImageFingerprint fingerprint) {
        double sum = 0;
        for (byte cell : fingerprint.cells()) {
            sum += cell & 0xff;
        }
        return sum / fingerprint.cells().length;
    }
}
