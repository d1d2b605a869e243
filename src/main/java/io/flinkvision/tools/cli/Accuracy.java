package io.flinkvision.tools.cli;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How right a model was.
 *
 * @param pictures those with a label that decoded
 */
record Accuracy(List<JudgedPicture> pictures) {

    /**
     * Two labels, one of which was taken for the other.
     *
     * @param truth what the pictures show
     * @param taken what the model took them for
     * @param count how many
     */
    record Confusion(String truth, String taken, long count) {}

    private static final int FIVE = 5;

    Accuracy {
        pictures = List.copyOf(pictures);
    }

    /** How many got their label. */
    long right() {
        return pictures.stream().filter(JudgedPicture::isRight).count();
    }

    /** How many had their label among the first five. */
    long rightInFive() {
        return pictures.stream().filter(picture -> picture.rank() <= FIVE).count();
    }

    /** What was taken for what, the most frequent first. */
    List<Confusion> confusions() {
        Map<List<Integer>, Confusion> counts = new LinkedHashMap<>();
        for (JudgedPicture picture : pictures) {
            if (!picture.isRight()) {
                counts.merge(List.of(picture.truth().index(), picture.best().index()),
                        new Confusion(picture.truth().label(), picture.best().label(), 1),
                        (a, b) -> new Confusion(a.truth(), a.taken(), a.count() + b.count()));
            }
        }
        return counts.values().stream().sorted(Comparator.comparingLong(Confusion::count).reversed()).toList();
    }

    /** The pictures that were taken for something else, the most certain error first. */
    List<JudgedPicture> mostWrong() {
        return pictures.stream()
                .filter(picture -> !picture.isRight())
                .sorted(Comparator.comparing(JudgedPicture::wrongBy).reversed())
                .toList();
    }
}
