package io.flinkvision.core.teach;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The views that a regression learns from: the pictures of a set in their order, and then their further views, so that
 * a picture's index is that of its own row. The shares of a picture's rows sum to 1, so that the strength of
 * regularisation has the same meaning with any number of views.
 */
final class TrainingRows {

    private final List<float[]> units = new ArrayList<>();
    private final int[] pictures;
    private final double[] shares;

    /** @param further the further views' features by the pictures' digests */
    TrainingRows(List<Example> examples, Map<String, List<float[]>> further) {
        List<Integer> pictureOfRow = new ArrayList<>(IntStream.range(0, examples.size()).boxed().toList());
        examples.forEach(example -> units.add(example.unit()));
        for (int picture = 0; picture < examples.size(); picture++) {
            for (float[] unit : further.getOrDefault(examples.get(picture).digest(), List.of())) {
                units.add(unit);
                pictureOfRow.add(picture);
            }
        }
        pictures = pictureOfRow.stream().mapToInt(Integer::intValue).toArray();
        shares = IntStream.of(pictures)
                .mapToDouble(picture -> 1.0 / (1 + further.getOrDefault(examples.get(picture).digest(), List.of()).size()))
                .toArray();
    }

    /** {@code [rows, features]}. */
    List<float[]> units() {
        return units;
    }

    /** The picture of a row. */
    int picture(int row) {
        return pictures[row];
    }

    /** The label of each row, given those of the pictures. */
    int[] targets(int[] ofPictures) {
        return IntStream.of(pictures).map(picture -> ofPictures[picture]).toArray();
    }

    /** The weight of each row in the loss. */
    double[] shares() {
        return shares;
    }
}
