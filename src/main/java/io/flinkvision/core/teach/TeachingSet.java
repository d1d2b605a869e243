package io.flinkvision.core.teach;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The pictures to teach from, each once, in the order of their digests, so that neither the order nor the names of
 * files have an influence on what is taught.
 */
public final class TeachingSet {

    /** The label of pictures of nothing in particular: no answer, but they show how many are told as unknown. */
    public static final String NONE = "none";

    private final List<String> labels;
    private final List<Example> examples;
    private final List<Example> copies;
    private final List<Example> none;
    private final List<LeftOut> leftOut;
    private final int[] targets;
    private final TrainingRows rows;

    private TeachingSet(List<String> labels, List<Example> examples, List<Example> copies, List<Example> none,
            List<LeftOut> leftOut, Map<String, List<float[]>> further) {
        this.labels = labels;
        this.examples = examples;
        this.copies = copies;
        this.none = none;
        this.leftOut = leftOut;
        this.rows = new TrainingRows(examples, further);
        this.targets = examples.stream().mapToInt(example -> labels.indexOf(example.label())).toArray();
    }

    /**
     * Sorts pictures out: copies of one are taken once, and one that has two labels is left out.
     *
     * @param pictures in any order
     * @throws TeachingException if fewer than two labels are left, or too many, or the pictures have different numbers
     *     of features
     */
    public static TeachingSet of(List<Example> pictures) {
        return of(pictures, Map.of());
    }

    /**
     * Sorts pictures out that have further views. These are taught with their picture, and neither counted nor measured.
     *
     * @param pictures in any order
     * @param further the features of the further views, {@code [views, features]}, by the digests of their pictures
     * @throws TeachingException as above
     */
    public static TeachingSet of(List<Example> pictures, Map<String, List<float[]>> further) {
        Map<String, List<Example>> byDigest = pictures.stream()
                .sorted(Comparator.comparing(Example::source))
                .collect(Collectors.groupingBy(Example::digest, TreeMap::new, Collectors.toList()));
        List<Example> unique = new ArrayList<>();
        List<Example> copies = new ArrayList<>();
        List<LeftOut> leftOut = new ArrayList<>();
        for (List<Example> same : byDigest.values()) {
            if (same.stream().map(Example::label).distinct().count() > 1) {
                leftOut.addAll(contradictions(same));
            } else {
                unique.add(same.get(0));
                copies.addAll(same.subList(1, same.size()));
            }
        }
        List<Example> none = unique.stream().filter(TeachingSet::isNone).toList();
        List<Example> examples = unique.stream().filter(example -> !isNone(example)).toList();
        List<String> labels = examples.stream().map(Example::label).distinct().sorted().toList();
        requireUsable(labels, examples, leftOut);
        return new TeachingSet(labels, examples,
                copies.stream().filter(example -> !isNone(example)).toList(), none,
                leftOut.stream().sorted(Comparator.comparing(LeftOut::source)).toList(), further);
    }

    private static boolean isNone(Example example) {
        return example.label().equals(NONE);
    }

    private static Stream<String> sources(List<Example> same) {
        return same.stream().map(Example::source);
    }

    private static List<LeftOut> contradictions(List<Example> same) {
        return same.stream()
                .map(example -> new LeftOut(example.source(), "the same picture has several labels: "
                        + sources(same).collect(Collectors.joining(", "))))
                .toList();
    }

    private static void requireUsable(List<String> labels, List<Example> examples, List<LeftOut> leftOut) {
        LabelledPictures.requireTeachable(labels,
                leftOut.isEmpty() ? "" : " (" + leftOut.size() + " were left out, since each has several)");
        int features = examples.get(0).unit().length;
        for (Example example : examples) {
            if (example.unit().length != features) {
                throw new TeachingException(example.source() + " has " + example.unit().length + " features, but "
                        + examples.get(0).source() + " has " + features + "; teach from one network's features");
            }
        }
    }

    /** The labels' names, in alphabetical order. */
    public List<String> labels() {
        return labels;
    }

    /** The pictures with a label, each once, in the order of their digests. */
    public List<Example> examples() {
        return examples;
    }

    /** Further files of the same pictures. */
    public List<Example> copies() {
        return copies;
    }

    /** Pictures of nothing in particular. */
    public List<Example> none() {
        return none;
    }

    /** Pictures that have several labels, in the order of their paths. */
    public List<LeftOut> leftOut() {
        return leftOut;
    }

    /** The index of a picture's label. */
    int target(int picture) {
        return targets[picture];
    }

    /** The indices of all pictures' labels. */
    int[] targets() {
        return targets.clone();
    }

    /** The views that are taught. */
    TrainingRows rows() {
        return rows;
    }

    List<float[]> units() {
        return examples.stream().map(Example::unit).toList();
    }
}
