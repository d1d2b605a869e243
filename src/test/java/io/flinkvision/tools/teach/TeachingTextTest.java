package io.flinkvision.tools.teach;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flinkvision.core.head.SampleHeads;
import io.flinkvision.core.teach.Interval;
import io.flinkvision.core.teach.LeftOut;
import io.flinkvision.core.teach.Mistake;
import io.flinkvision.core.teach.StrengthLikelihood;
import io.flinkvision.core.teach.Teaching.Taught;
import io.flinkvision.core.teach.TeachingReport;
import io.flinkvision.core.teach.TeachingReport.Measured;
import io.flinkvision.core.teach.TeachingReport.Need;
import io.flinkvision.core.teach.TeachingReport.OfLabel;
import io.flinkvision.core.teach.TeachingReport.Unknown;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TeachingTextTest {

    private static final Interval MOST = new Interval(0.9, 0.8, 0.95);

    private static TeachingText text(double twins, int wrong) {
        Mistake mistake = new Mistake("shut/1.jpg", "shut", "open", 0.971);
        Measured measured = new Measured(5, MOST, new Interval(0.85, 0.7, 0.9),
                List.of(List.of(150, 0), List.of(wrong, 20)), Collections.nCopies(wrong, mistake),
                List.of(new Mistake("shut/2.jpg", "shut", "open", 0.998)),
                List.of(new StrengthLikelihood(10, 0.25)), 0.3, 0.021, twins,
                new Unknown(0.312, List.of(0.42, 0.98), Optional.of(0.05)));
        return new TeachingText(new Taught(SampleHeads.of("gate", "ab".repeat(32)), new TeachingReport(200, 3, 31,
                List.of(new OfLabel("open", 150, 25, Optional.of(MOST), List.of()),
                        new OfLabel("shut", 50, 6, Optional.of(new Interval(0.5, 0.2, 0.8)),
                                List.of(Need.FEW_PICTURES, Need.LOW_RECALL))),
                4.25, 10, 1.5, Optional.of(measured), List.of(new LeftOut("open/a.txt", "no picture")))));
    }

    @Test
    void countsPicturesThatAreAlikeOnce() {
        assertThat(text(0, 0).lines().get(0)).isEqualTo(
                "gate: 2 labels, 200 pictures, 31 different ones; files of the same pictures: 3 more");
    }

    @Test
    void givesFiguresWithTheirUncertainty() {
        assertThat(text(0, 0).lines()).contains(
                "accuracy            90.0 % (80.0 to 95.0 %) of the pictures that were held out, in 5 folds",
                "balanced accuracy   85.0 % (70.0 to 90.0 %), the mean of the labels",
                "calibration error    2.1 % between the answers' probabilities and the share that is right");
    }

    @Test
    void namesTheLabelsThatNeedMorePictures() {
        assertThat(text(0, 0).lines()).contains(
                "     150         25   90.0 % (80.0 to 95.0 %)   open",
                "      50          6   50.0 % (20.0 to 80.0 %)   shut - needs more pictures: fewer than 10 different"
                        + " ones, recognised less often than others",
                "The largest label has 4.3 times as many pictures as the smallest; beyond 3 times the small ones are"
                        + " taught too little");
    }

    @Test
    void warnsOfAnotherCameraWhereTheFiguresFlatter() {
        assertThat(text(0.76, 0).lines()).anySatisfy(line -> assertThat(line).startsWith(
                "On another camera or another day expect less, perhaps 20 points: 76 % of the pictures"));
        assertThat(text(0.2, 0).lines()).noneSatisfy(line -> assertThat(line).contains("another camera"));
    }

    @Test
    void namesNoLabelsWhereAllUnknownOnesAreTakenEquallyOften() {
        TeachingText text = text(0, 0);

        assertThat(text.unknown(new Unknown(0.3, List.of(0.5, 0.5), Optional.empty())))
                .contains("what resembles a label: of the pictures of a label that was not taught, 50 %",
                        "would be taken for another label");
    }

    @Test
    void listsTheFirstOfManyWrongPictures() {
        List<String> lines = text(0, 31).lines();

        assertThat(lines).contains("Wrong (31), the most certain first:", "  and 11 more",
                "Perhaps in the wrong folder (1):", "  shut/2.jpg: open 99.8 %; it is shut", "Left out (1):",
                "  open/a.txt: no picture");
        assertThat(Collections.frequency(lines, "  shut/1.jpg: open 97.1 %; it is shut")).isEqualTo(20);
        assertThat(text(0, 31).json(Path.of("gate.safetensors")).at("/measured/wrong")).hasSize(31);
    }

    @Test
    void saysHowFewOthersAreUnknown() {
        assertThat(String.join(" ", text(0, 0).lines())).contains("Unknown beyond a distance of 0.312",
                "of the pictures of a label that was not taught, 42 % (open) to 98 % (shut) would be taken for another"
                        + " label",
                "Of the pictures of nothing in particular (none), 5 % are taken for a label");
    }

    @Test
    void givesProgramsEveryFigure() throws IOException {
        JsonNode json = text(0.76, 1).json(Path.of("gate.safetensors"));

        assertThat(json).isEqualTo(new ObjectMapper().readTree("""
                {"name": "gate", "file": "gate.safetensors", "digest": "%s", "backboneDigest": "%s",
                 "pictures": 200, "copies": 3, "different": 31, "imbalance": 4.25, "imbalanced": true,
                 "inverseRegularisation": 10.0, "temperature": 1.5,
                 "labels": [
                   {"label": "open", "pictures": 150, "different": 25,
                    "recall": {"estimate": 0.9, "low": 0.8, "high": 0.95}, "needs": []},
                   {"label": "shut", "pictures": 50, "different": 6,
                    "recall": {"estimate": 0.5, "low": 0.2, "high": 0.8}, "needs": ["FEW_PICTURES", "LOW_RECALL"]}],
                 "measured": {
                   "folds": 5,
                   "accuracy": {"estimate": 0.9, "low": 0.8, "high": 0.95},
                   "balancedAccuracy": {"estimate": 0.85, "low": 0.7, "high": 0.9},
                   "confusion": [[150, 0], [1, 20]],
                   "wrong": [{"file": "shut/1.jpg", "label": "shut", "taken": "open", "probability": 0.971}],
                   "suspects": [{"file": "shut/2.jpg", "label": "shut", "taken": "open", "probability": 0.998}],
                   "strengths": [{"inverseRegularisation": 10.0, "negativeLogLikelihood": 0.25}],
                   "negativeLogLikelihood": 0.3, "calibrationError": 0.021, "twins": 0.76, "flatters": true,
                   "unknown": {"threshold": 0.312, "acceptedSiblings": [0.42, 0.98], "acceptedNone": 0.05}},
                 "leftOut": [{"file": "open/a.txt", "reason": "no picture"}]}
                """.formatted(SampleHeads.of("gate", "ab".repeat(32)).digest(), "ab".repeat(32))));
    }

    @Test
    void leavesOutForProgramsWhatCouldNotBeMeasured() {
        JsonNode json = new TeachingText(new Taught(SampleHeads.of("gate", "ab".repeat(32)), new TeachingReport(2, 0, 2,
                List.of(new OfLabel("open", 1, 1, Optional.empty(), List.of()),
                        new OfLabel("shut", 1, 1, Optional.empty(), List.of())),
                1, 100, 1, Optional.empty(), List.of()))).json(Path.of("gate.safetensors"));

        assertThat(json.has("measured")).isFalse();
        assertThat(json.at("/labels/0").has("recall")).isFalse();
    }
}
