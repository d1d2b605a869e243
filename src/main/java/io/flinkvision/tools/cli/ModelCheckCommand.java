package io.flinkvision.tools.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.tools.cli.LabelledPicture.LabelsFrom;
import io.flinkvision.tools.cli.PictureTrial.Confusion;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code vision model check}: loads a model and measures its speed, memory and accuracy. */
@Command(
        name = "check",
        description = {
            "Load a model and run it: measures speed and memory, and checks that it gives the same scores every time.",
            "With labelled pictures, measures its accuracy too, and shows what it confuses with what."
        },
        footer = {"",
            "A picture's label is the name of its sub-folder, or its own: 'Gordon_setter' and 'gordon-setter_12.jpg'"
                + " mean the label 'Gordon setter', or one that has it among several names separated by commas. An"
                + " ImageNet synset may precede it, or stand alone: 'n02101006_Gordon_setter.jpg'.",
            "",
            "Exit status: 0 if all is well, 1 if the model is not deterministic or a picture could not be judged, 2 on"
                + " wrong usage."})
final class ModelCheckCommand extends VisionCommand implements Callable<Integer> {

    private static final int PICTURES_PER_PROGRESS_LINE = 100;

    private static final int LISTED = 10;

    @Parameters(arity = "0..1", paramLabel = "BUNDLE", defaultValue = ProjectHome.DEFAULT_BUNDLE,
            description = "A model bundle: a folder, or a name in conf/models (default: ${DEFAULT-VALUE}).")
    private String bundle;

    @Option(names = "--images", paramLabel = "DIR",
            description = "A folder of pictures that are named after labels, or in sub-folders that are.")
    private Optional<Path> images;

    @Option(names = "--labels-from", paramLabel = "folder|file-name",
            description = "What names a picture's label (default: folder if DIR has sub-folders, else file-name).")
    private Optional<LabelsFrom> labelsFrom;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public Integer call() {
        ModelBundle model = model(bundle);
        BundleTrial trial = BundleTrial.of(model);
        if (!json) {
            lines(model, trial).forEach(out()::println);
            out().flush();
        }
        Optional<PictureTrial> pictures = images.map(folder -> pictures(model, folder));
        if (json) {
            out().println(json(model, trial, pictures));
        } else {
            pictures.ifPresent(judged -> lines(judged).forEach(out()::println));
        }
        out().flush();
        return trial.deterministic() && pictures.map(this::reportUnjudged).orElse(true) ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private PictureTrial pictures(ModelBundle model, Path folder) {
        LabelsFrom from = labelsFrom.orElseGet(() -> LabelledPicture.labelsOf(folder));
        List<LabelledPicture> pictures = LabelledPicture.in(folder, from, new LabelMatcher(model.labels()));
        return PictureTrial.of(model, pictures, done -> {
            if (done % PICTURES_PER_PROGRESS_LINE == 0 && done < pictures.size()) {
                log(done + " of " + pictures.size() + " pictures");
            }
        });
    }

    /** Reports the pictures that could not be judged, and returns whether there were none. */
    private boolean reportUnjudged(PictureTrial trial) {
        trial.failed().forEach((file, failure) ->
                log(file + ": " + failure.code() + ": " + failure.message()));
        trial.unlabelled().forEach(picture -> log(picture.file() + ": " + (picture.classes().isEmpty()
                ? "no label of the model has this name"
                : picture.classes().size() + " labels of the model have this name")));
        return trial.failed().isEmpty() && trial.unlabelled().isEmpty();
    }

    private static List<String> lines(ModelBundle bundle, BundleTrial trial) {
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

    private static List<String> lines(PictureTrial trial) {
        int count = trial.judged().size();
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.add(count + " pictures, " + milliseconds(trial.pictureNanos()) + " each with its decoding (median)");
        if (count > 0) {
            lines.add("top-1  " + ModelText.share(trial.top1(), count));
            lines.add("top-5  " + ModelText.share(trial.top5(), count));
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

    private static String milliseconds(long nanos) {
        return String.format(Locale.ROOT, "%.1f ms", nanos / 1e6);
    }

    /** {@code memoryBytes} is absent where the system does not tell, {@code images} where there were none. */
    private static ObjectNode json(ModelBundle bundle, BundleTrial trial, Optional<PictureTrial> pictures) {
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        result.put("name", bundle.name());
        result.put("network", ModelText.network(bundle));
        result.put("digest", bundle.digest());
        result.put("loadMillis", trial.loadNanos() / 1e6);
        trial.memoryBytes().ifPresent(bytes -> result.put("memoryBytes", bytes));
        result.put("inferenceMillis", trial.inferenceNanos() / 1e6);
        result.put("scoreSum", trial.scoreSum());
        result.put("deterministic", trial.deterministic());
        pictures.ifPresent(trialOfPictures -> result.set("images", json(trialOfPictures)));
        return result;
    }

    private static ObjectNode json(PictureTrial trial) {
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        result.put("count", trial.judged().size());
        result.put("top1", trial.top1());
        result.put("top5", trial.top5());
        result.put("pictureMillis", trial.pictureNanos() / 1e6);
        ArrayNode confusions = result.putArray("confusions");
        trial.confusions().forEach(confusion -> confusions.addObject()
                .put("label", confusion.truth()).put("taken", confusion.taken()).put("count", confusion.count()));
        ArrayNode pictures = result.putArray("pictures");
        trial.judged().forEach(picture -> pictures.addObject()
                .put("file", picture.file().toString())
                .put("label", picture.truth().label())
                .put("index", picture.truth().index())
                .put("score", picture.truth().score())
                .put("rank", picture.rank())
                .put("takenLabel", picture.best().label())
                .put("takenIndex", picture.best().index())
                .put("takenScore", picture.best().score()));
        ArrayNode unlabelled = result.putArray("unlabelled");
        trial.unlabelled().forEach(picture -> unlabelled.add(picture.file().toString()));
        ArrayNode failed = result.putArray("failed");
        trial.failed().forEach((file, failure) -> failed.addObject()
                .put("file", file.toString())
                .put("code", failure.code().name())
                .put("message", failure.message()));
        return result;
    }
}
