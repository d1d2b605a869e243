package io.flinkvision.tools.cli;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.core.image.Reduction;
import io.flinkvision.core.inference.ImageClassifier.Outcome.Classified;
import io.flinkvision.core.inference.ImageClassifier.Outcome.Failed;
import io.flinkvision.core.inference.ImageClassifier.Outcome;
import io.flinkvision.core.inference.Label;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * A model's answers for labelled pictures.
 *
 * @param judged the pictures whose label is known and that could be classified
 * @param unlabelled those whose name or folder matches no label of the model, or several
 * @param failed those that could not be decoded or classified, with the reason
 * @param pictureNanos median nanoseconds per picture, with decoding; 0 if none could be judged
 */
record PictureTrial(
        List<Judged> judged, List<LabelledPicture> unlabelled, Map<Path, Failed> failed, long pictureNanos) {

    private static final int FIVE = 5;

    PictureTrial {
        judged = List.copyOf(judged);
    }

    /**
     * A picture with its label and the model's answer.
     *
     * @param truth the picture's label, with the score that the model gave it
     * @param rank the place of that label among the model's, from 1
     * @param best the label with the highest score
     */
    record Judged(Path file, Label truth, int rank, Label best) {

        /**
         * Judges a model's answer.
         *
         * @param truth the index of the picture's label in the network's output
         * @param labels all of the model's labels, by descending score
         */
        static Judged of(Path file, int truth, List<Label> labels) {
            int place = labels.stream().map(Label::index).toList().indexOf(truth);
            return new Judged(file, labels.get(place), place + 1, labels.get(0));
        }

        boolean isRight() {
            return rank == 1;
        }

        /** How much higher the wrong label scored. */
        private float error() {
            return best.score() - truth.score();
        }
    }

    /**
     * Two labels, one of which was mistaken for the other.
     *
     * @param truth the label of the pictures
     * @param taken the label that the model gave them
     */
    record Confusion(String truth, String taken, long count) {}

    /**
     * Classifies pictures.
     *
     * @param progress receives the number of pictures done, after each
     */
    static PictureTrial of(ModelBundle bundle, List<LabelledPicture> pictures, IntConsumer progress) {
        List<Judged> judged = new ArrayList<>();
        List<LabelledPicture> unlabelled = new ArrayList<>();
        Map<Path, Failed> failed = new LinkedHashMap<>();
        List<Long> nanos = new ArrayList<>();
        try (FileClassifier classifier =
                new FileClassifier(bundle, DecodeLimits.DEFAULTS, Reduction.DEFAULT, bundle.labels().size())) {
            for (int i = 0; i < pictures.size(); i++) {
                LabelledPicture picture = pictures.get(i);
                if (picture.classes().size() != 1) {
                    unlabelled.add(picture);
                } else {
                    long start = System.nanoTime();
                    Outcome outcome = classifier.classify(picture.file().toString());
                    nanos.add(System.nanoTime() - start);
                    if (outcome instanceof Classified classified) {
                        judged.add(Judged.of(picture.file(), picture.classes().get(0), classified.labels()));
                    } else {
                        failed.put(picture.file(), (Failed) outcome);
                    }
                }
                progress.accept(i + 1);
            }
        }
        return new PictureTrial(judged, unlabelled, failed,
                nanos.isEmpty() ? 0 : BundleTrial.median(nanos));
    }

    /** Number of pictures whose label scored highest. */
    long top1() {
        return judged.stream().filter(Judged::isRight).count();
    }

    /** Number of pictures whose label is among the five highest. */
    long top5() {
        return judged.stream().filter(picture -> picture.rank() <= FIVE).count();
    }

    /** The most frequent first. */
    List<Confusion> confusions() {
        Map<List<Integer>, Confusion> counts = new LinkedHashMap<>();
        for (Judged picture : judged) {
            if (!picture.isRight()) {
                counts.merge(List.of(picture.truth().index(), picture.best().index()),
                        new Confusion(picture.truth().label(), picture.best().label(), 1),
                        (a, b) -> new Confusion(a.truth(), a.taken(), a.count() + b.count()));
            }
        }
        return counts.values().stream().sorted(Comparator.comparingLong(Confusion::count).reversed()).toList();
    }

    /** The wrongly labelled pictures, the largest error first. */
    List<Judged> mostWrong() {
        return judged.stream()
                .filter(picture -> !picture.isRight())
                .sorted(Comparator.comparing(Judged::error).reversed())
                .toList();
    }
}
