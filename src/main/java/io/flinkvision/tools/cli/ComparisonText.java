package io.flinkvision.tools.cli;

import io.flinkvision.core.teach.Interval;
import io.flinkvision.job.record.ComparedModels;
import io.flinkvision.job.record.ModelComparison.Counts;
import io.flinkvision.job.record.ModelComparison.Disagreement;
import io.flinkvision.job.record.ModelComparison;
import io.flinkvision.tools.watch.Comparisons;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A comparison of two models for people. */
record ComparisonText(Comparisons.Summary summary) {

    private static final List<String> CAMERA_HEADER =
            List.of("CAMERA", "COMPARED", "AGREED", "NOT COMPARABLE", "FAILED", "MOST FREQUENT DIFFERENCE");
    private static final List<String> PAIR_HEADER = List.of("CURRENT", "CANDIDATE", "PICTURES", "EXAMPLE");
    private static final int MAX_PAIRS = 20;
    private static final int DIGEST_LENGTH = 12;

    /** The totals, the table of the cameras, and the table of the differences. */
    List<String> lines() {
        List<String> lines = new ArrayList<>(totals());
        lines.add("");
        lines.addAll(new TextTable(CAMERA_HEADER, summary.cameras().stream().map(ComparisonText::row).toList()).lines());
        if (!summary.disagreements().isEmpty()) {
            lines.add("");
            lines.addAll(new TextTable(PAIR_HEADER, summary.disagreements().stream().limit(MAX_PAIRS)
                    .map(ComparisonText::row).toList()).lines());
        }
        long unlisted = summary.otherDisagreements()
                + summary.disagreements().stream().skip(MAX_PAIRS).mapToLong(Disagreement::count).sum();
        if (unlisted > 0) {
            lines.add("and " + unlisted + " pictures with other differences");
        }
        return lines;
    }

    private List<String> totals() {
        Counts counts = summary.counts();
        List<String> lines = new ArrayList<>();
        lines.add("current    " + text(summary.models().current()));
        lines.add("candidate  " + text(summary.models().candidate()));
        lines.add("compared   " + counts.compared() + " pictures of " + summary.cameras().size() + " cameras, from "
                + summary.since() + " to " + summary.at());
        if (counts.compared() > 0) {
            Interval agreement = Interval.wilson((double) counts.agreed() / counts.compared(), counts.compared());
            lines.add("agreed     " + percent(agreement.estimate()) + " (95 % confidence: " + percent(agreement.low())
                    + " to " + percent(agreement.high()) + ")");
        }
        if (counts.agreed() > 0) {
            lines.add(String.format(Locale.ROOT, "score      %+.3f on average where they agree, by the candidate",
                    counts.scoreDifference() / counts.agreed()));
        }
        return lines;
    }

    /** What makes the figures say less than they seem to. */
    List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        Counts counts = summary.counts();
        if (summary.isOfFew()) {
            warnings.add("Warning: " + counts.compared() + " pictures are few; wait for " + Comparisons.FEW_PICTURES
                    + ", or publish the shadow with a larger --sample.");
        }
        ComparedModels models = summary.models();
        if (!models.haveSameLabels()) {
            warnings.add("Warning: the labels differ: " + models.commonLabels() + " are common, " + models.onlyCurrent()
                    + " only the current model has, and " + models.onlyCandidate() + " only the candidate. "
                    + counts.notComparable() + " pictures got a label that the other model does not have; they count as"
                    + " not comparable, and as not agreed.");
        }
        if (counts.failed() > 0) {
            warnings.add("Warning: the candidate failed on " + counts.failed() + " pictures, which are not compared.");
        }
        return warnings;
    }

    private static String text(ComparedModels.Named model) {
        return model.name() + " (SHA-256 "
                + model.digest().substring(0, Math.min(DIGEST_LENGTH, model.digest().length())) + ")";
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }

    private static List<String> row(ModelComparison camera) {
        Counts counts = camera.counts();
        return List.of(camera.keyText().orElse("(no key)"), Long.toString(counts.compared()),
                Percentage.of(counts.agreed(), counts.compared()), Long.toString(counts.notComparable()),
                Long.toString(counts.failed()),
                camera.disagreements().stream().findFirst()
                        .map(pair -> pair.current() + " -> " + pair.candidate() + " (" + pair.count() + ")")
                        .orElse("-"));
    }

    private static List<String> row(Disagreement pair) {
        return List.of(pair.current(), pair.candidate(), Long.toString(pair.count()), pair.example());
    }
}
