package io.flinkvision.tools.cli;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.tools.cli.LabelledPicture.LabelsFrom;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vision model check}: whether a model works, how fast, and how well. */
@Command(
        name = "check",
        description = {
            "Load a model and run it: its speed and memory, and whether it gives the same scores each time.",
            "With pictures of which you know what they show, its accuracy too, and what it takes for what."
        },
        footer = {"",
            "A picture's label is the name of its sub-folder, or its own: 'Gordon_setter' and 'gordon-setter_12.jpg'"
                + " mean the label 'Gordon setter', and also one that has it among several names with commas between"
                + " them. A synset of ImageNet may stand before it, or alone: 'n02101006_Gordon_setter.jpg'.",
            "",
            "Exits with 0 when all is well, 1 when the model is not sound or a picture could not be judged, 2 when it"
                + " was called wrongly."})
final class ModelCheckCommand implements Callable<Integer> {

    /** After how many pictures a line says that it goes on. */
    private static final int PROGRESS_STEP = 100;

    @Parameters(arity = "0..1", paramLabel = "BUNDLE", defaultValue = ProjectHome.DEFAULT_BUNDLE,
            description = "A model bundle: a folder, or a name in conf/models (default: ${DEFAULT-VALUE}).")
    private String bundle;

    @Option(names = "--images", paramLabel = "DIR",
            description = "Pictures in sub-folders that are named after labels, or named after labels themselves.")
    private Optional<Path> images;

    @Option(names = "--labels-from", paramLabel = "folder|file-name",
            description = "Where a picture's label stands (default: folder where DIR has sub-folders).")
    private Optional<LabelsFrom> labelsFrom;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        ModelBundle model = new ModelArgument(bundle).read(spec.commandLine());
        BundleTrial trial = BundleTrial.of(model);
        PrintWriter out = spec.commandLine().getOut();
        if (!json) {
            CheckText.lines(model, trial).forEach(out::println);
            out.flush();
        }
        Optional<PictureTrial> pictures = images.map(folder -> pictures(model, folder));
        if (json) {
            out.println(CheckJson.of(model, trial, pictures));
        } else {
            pictures.ifPresent(judged -> CheckText.lines(judged).forEach(out::println));
        }
        out.flush();
        return trial.deterministic() && pictures.map(this::allJudged).orElse(true) ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private PictureTrial pictures(ModelBundle model, Path folder) {
        LabelsFrom from = labelsFrom.orElseGet(() -> LabelledPicture.labelsOf(folder));
        List<LabelledPicture> pictures = LabelledPicture.in(folder, from, new LabelMatcher(model.labels()));
        PrintWriter err = spec.commandLine().getErr();
        return PictureTrial.of(model, pictures, done -> {
            if (done % PROGRESS_STEP == 0 && done < pictures.size()) {
                err.println(done + " of " + pictures.size() + " pictures");
                err.flush();
            }
        });
    }

    /** Says what could not be judged, if there is any. */
    private boolean allJudged(PictureTrial trial) {
        PrintWriter err = spec.commandLine().getErr();
        trial.failed().forEach((file, failure) ->
                err.println(file + ": " + failure.code() + ": " + failure.message()));
        trial.unlabelled().forEach(picture -> err.println(picture.file() + ": " + (picture.classes().isEmpty()
                ? "no label of the model is called so"
                : picture.classes().size() + " labels of the model are called so")));
        err.flush();
        return trial.failed().isEmpty() && trial.unlabelled().isEmpty();
    }
}
