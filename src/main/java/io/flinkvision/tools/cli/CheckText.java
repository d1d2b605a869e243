package io.flinkvision.tools.cli;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.tools.cli.PictureTrial.Confusion;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What {@code vision model check} found, for people to read. */
final class CheckText {

    private static final int LISTED = 10;

    private CheckText() {}

    static List<String> lines(ModelBundle bundle, BundleTrial trial) {
        List<String> lines = new ArrayList<>();
        lines.add(bundle.name() + ": " + ModelText.network(bundle));
        lines.add("loaded in " + milliseconds(trial.loadNanos()) + (trial.memoryBytes().isPresent()
                ? String.format(Locale.ROOT, ", resident memory grew by %.1f MiB",
                        trial.memoryBytes().getAsLong() / 1048576.0)
                : ""));
        lines.add(milliseconds(trial.inferenceNanos()) + " a picture, the median of " + BundleTrial.RUNS + " runs on"
                + " one thread");
        lines.add(String.format(Locale.ROOT, "the scores of all classes sum to %.6f", trial.scoreSum()));
        lines.add(trial.deterministic()
                ? "all runs gave the same scores"
                : "the runs gave DIFFERENT scores of the same picture");
        return lines;
    }

    static List<String> lines(PictureTrial trial) {
        int count = trial.judged().size();
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.add(count + " pictures, " + milliseconds(trial.pictureNanos()) + " each with its decoding (median)");
        if (count > 0) {
            lines.add("top-1  " + share(trial.top1(), count));
            lines.add("top-5  " + share(trial.top5(), count));
        }
        List<Confusion> confusions = trial.confusions();
        if (!confusions.isEmpty()) {
            lines.add("");
            lines.add("Confused most often:");
            confusions.stream().limit(LISTED).forEach(confusion -> lines.add(String.format(Locale.ROOT,
                    "%5d x  %s  taken for  %s", confusion.count(), confusion.truth(), confusion.taken())));
            lines.add("");
            lines.add("Most wrong:");
            trial.mostWrong().stream().limit(LISTED).forEach(picture -> lines.add("  "
                    + picture.file() + ": " + ModelText.label(picture.best().label(), picture.best().score())
                    + "; it is " + ModelText.label(picture.truth().label(), picture.truth().score())));
        }
        return lines;
    }

    private static String share(long part, int all) {
        return String.format(Locale.ROOT, "%5.1f %%  %d of %d", 100.0 * part / all, part, all);
    }

    private static String milliseconds(long nanos) {
        return String.format(Locale.ROOT, "%.1f ms", nanos / 1e6);
    }
}
