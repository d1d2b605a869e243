package io.flinkvision.core.teach;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The division of the pictures for cross-validation. Near-duplicates and pictures of one group are one unit and stay on
 * one side of every split: a picture whose twin was taught would only show what the network remembers.
 *
 * <p>Units are dealt out by size and then digest, each to the fold that has the fewest pictures of its labels. Where
 * all units are single pictures, that is by rank modulo the number of folds.
 */
final class Folds {

    /** The fold of pictures that are never held out: all of their label are in one unit. */
    static final int NEVER = -1;

    private static final int MANY = 5;
    private static final int FEW = 3;

    private final int count;
    private final int fewestUnits;
    private final int[] foldOf;
    private final int[] unitOf;
    private final int[] lookOf;

    private Folds(int count, int fewestUnits, int[] foldOf, int[] unitOf, int[] lookOf) {
        this.count = count;
        this.fewestUnits = fewestUnits;
        this.foldOf = foldOf;
        this.unitOf = unitOf;
        this.lookOf = lookOf;
    }

    static Folds of(TeachingSet set) {
        DisjointSets looks = NearDuplicates.sets(
                set.examples().stream().map(Example::fingerprint).toList());
        DisjointSets units = looks.copy();
        joinGroups(set, units);
        List<List<Integer>> members = units.members();
        int[][] unitsOfLabel = new int[set.labels().size()][1];
        for (List<Integer> unit : members) {
            unit.stream().map(set::target).distinct().forEach(label -> unitsOfLabel[label][0]++);
        }
        int fewest = Integer.MAX_VALUE;
        for (int[] ofLabel : unitsOfLabel) {
            fewest = Math.min(fewest, ofLabel[0]);
        }
        int count = fewest >= MANY ? MANY : FEW;
        int[] foldOf = deal(set, members, count);
        keepLabelsOfOneFold(set, foldOf);
        return new Folds(count, fewest, foldOf, units.representatives(), looks.representatives());
    }

    private static void joinGroups(TeachingSet set, DisjointSets units) {
        Map<String, Integer> byDigest = new HashMap<>();
        Map<String, Integer> firstOfGroup = new HashMap<>();
        for (int picture = 0; picture < set.examples().size(); picture++) {
            byDigest.put(set.examples().get(picture).digest(), picture);
        }
        for (List<Example> some : List.of(set.examples(), set.copies())) {
            for (Example example : some) {
                int picture = byDigest.get(example.digest());
                example.group().ifPresent(
                        group -> units.join(picture, firstOfGroup.computeIfAbsent(group, absent -> picture)));
            }
        }
    }

    private static int[] deal(TeachingSet set, List<List<Integer>> units, int count) {
        List<List<Integer>> largestFirst = new ArrayList<>(units);
        largestFirst.sort(
                Comparator.comparing((List<Integer> unit) -> -unit.size()).thenComparing(unit -> unit.get(0)));
        int[][] picturesOfLabel = new int[count][set.labels().size()];
        int[] foldOf = new int[set.examples().size()];
        for (List<Integer> unit : largestFirst) {
            int best = 0;
            for (int fold = 1; fold < count; fold++) {
                if (ofItsLabels(set, unit, picturesOfLabel[fold]) < ofItsLabels(set, unit, picturesOfLabel[best])) {
                    best = fold;
                }
            }
            for (int picture : unit) {
                foldOf[picture] = best;
                picturesOfLabel[best][set.target(picture)]++;
            }
        }
        return foldOf;
    }

    /** Held out, the pictures of such a label would be asked for a label that was not taught. */
    private static void keepLabelsOfOneFold(TeachingSet set, int[] foldOf) {
        for (int label = 0; label < set.labels().size(); label++) {
            int ofLabel = label;
            int[] pictures = IntStream.range(0, foldOf.length).filter(i -> set.target(i) == ofLabel).toArray();
            if (IntStream.of(pictures).map(i -> foldOf[i]).distinct().count() < 2) {
                IntStream.of(pictures).forEach(i -> foldOf[i] = NEVER);
            }
        }
    }

    private static int ofItsLabels(TeachingSet set, List<Integer> unit, int[] picturesOfLabel) {
        return unit.stream().map(set::target).distinct().mapToInt(label -> picturesOfLabel[label]).sum();
    }

    /** How many folds there are; some may be empty. */
    int count() {
        return count;
    }

    /** The number of units of the label that has the fewest. */
    int fewestUnits() {
        return fewestUnits;
    }

    /** The fold in which a picture is held out, or {@link #NEVER}. */
    int of(int picture) {
        return foldOf[picture];
    }

    /** Whether a picture is ever held out, so that what it shows can be measured. */
    boolean isMeasured(int picture) {
        return foldOf[picture] != NEVER;
    }

    /** The unit of a picture, as the index of one of its pictures. */
    int unit(int picture) {
        return unitOf[picture];
    }

    /** The near-duplicates of a picture, as the index of one of them. */
    int look(int picture) {
        return lookOf[picture];
    }
}
