package io.flinkvision.tools.teach;

import io.flinkvision.core.head.Head;
import io.flinkvision.core.head.HeadAnswer;
import io.flinkvision.core.inference.Label;
import io.flinkvision.core.teach.Example;
import io.flinkvision.core.teach.Mistake;
import io.flinkvision.core.teach.TeachingSet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A head's answers for labelled pictures.
 *
 * @param labels the head's
 * @param judged the pictures that have one of these
 * @param none the answers to pictures of nothing in particular
 * @param unlabelled pictures whose label is none of the head's
 */
public record HeadTrial(List<String> labels, List<Judged> judged, List<HeadAnswer> none, List<Example> unlabelled) {

    public HeadTrial {
        labels = List.copyOf(labels);
        judged = List.copyOf(judged);
        none = List.copyOf(none);
        unlabelled = List.copyOf(unlabelled);
    }

    /**
     * A picture with its label and the head's answer.
     *
     * @param truth the index of the picture's label
     */
    public record Judged(Example picture, int truth, HeadAnswer answer) {

        public Label best() {
            return answer.labels().get(0);
        }

        public boolean isRight() {
            return best().index() == truth;
        }
    }

    /** Lets a head answer. */
    public static HeadTrial of(Head head, List<Example> pictures) {
        List<String> labels = head.description().labels();
        List<Judged> judged = new ArrayList<>();
        List<HeadAnswer> none = new ArrayList<>();
        List<Example> unlabelled = new ArrayList<>();
        for (Example picture : pictures) {
            HeadAnswer answer = head.answer(picture.unit(), 1);
            int truth = labels.indexOf(picture.label());
            if (truth >= 0) {
                judged.add(new Judged(picture, truth, answer));
            } else if (picture.label().equals(TeachingSet.NONE)) {
                none.add(answer);
            } else {
                unlabelled.add(picture);
            }
        }
        return new HeadTrial(labels, judged, none, unlabelled);
    }

    /** Number of pictures whose label is the most probable one, whether or not they count as unknown. */
    public long right() {
        return judged.stream().filter(Judged::isRight).count();
    }

    /** Number of pictures with a label that count as unknown. */
    public long unknown() {
        return judged.stream().filter(picture -> picture.answer().unknown()).count();
    }

    /** Number of pictures of nothing in particular that count as unknown. */
    public long unknownOfNone() {
        return none.stream().filter(HeadAnswer::unknown).count();
    }

    public ConfusionMatrix confusion() {
        int[][] counts = new int[labels.size()][labels.size()];
        judged.forEach(picture -> counts[picture.truth()][picture.best().index()]++);
        List<List<Integer>> rows = new ArrayList<>();
        for (int[] row : counts) {
            List<Integer> cells = new ArrayList<>();
            for (int cell : row) {
                cells.add(cell);
            }
            rows.add(cells);
        }
        return new ConfusionMatrix(labels, rows);
    }

    /** The wrongly labelled pictures, the most certain ones first. */
    public List<Mistake> wrong() {
        return judged.stream()
                .filter(picture -> !picture.isRight())
                .sorted(Comparator.comparing((Judged picture) -> -picture.best().score()))
                .map(picture -> new Mistake(picture.picture().source(), picture.picture().label(),
                        picture.best().label(), picture.best().score()))
                .toList();
    }
}
