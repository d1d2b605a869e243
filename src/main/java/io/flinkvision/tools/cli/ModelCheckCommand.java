package io.flinkvision.tools.cli;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.tools.cli.LabelledPicture.LabelsFrom;
import java.nio.file.Path;
import java.util.List;
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
            CheckText.lines(model, trial).forEach(out()::println);
            out().flush();
        }
        Optional<PictureTrial> pictures = images.map(folder -> pictures(model, folder));
        if (json) {
            out().println(CheckJson.of(model, trial, pictures));
        } else {
            pictures.ifPresent(judged -> CheckText.lines(judged).forEach(out()::println));
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
}
