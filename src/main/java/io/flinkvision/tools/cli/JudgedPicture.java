package io.flinkvision.tools.cli;

import io.flinkvision.core.inference.Label;
import java.nio.file.Path;
import java.util.List;

/**
 * A picture with what it shows and what the model took it for.
 *
 * @param file the picture
 * @param truth the label that it has
 * @param rank the place of that label among the model's, from 1
 * @param best the label that the model gave it
 */
record JudgedPicture(Path file, Label truth, int rank, Label best) {

    /**
     * Judges a model's answer.
     *
     * @param truth the place of the picture's label in the network's output
     * @param labels all of the model's labels, in falling order of their scores
     */
    static JudgedPicture of(Path file, int truth, List<Label> labels) {
        int place = labels.stream().map(Label::index).toList().indexOf(truth);
        return new JudgedPicture(file, labels.get(place), place + 1, labels.get(0));
    }

    boolean isRight() {
        return rank == 1;
    }

    /** By how much the model was more certain of something else. */
    float wrongBy() {
        return best.score() - truth.score();
    }
}
