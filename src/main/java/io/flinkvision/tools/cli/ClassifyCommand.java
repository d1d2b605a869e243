package io.flinkvision.tools.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.core.image.Reduction;
import io.flinkvision.core.inference.ImageClassifier.Outcome.Classified;
import io.flinkvision.core.inference.ImageClassifier.Outcome.Failed;
import io.flinkvision.core.inference.ImageClassifier.Outcome;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code vision classify}: the labels that the job would give files, without Kafka and Flink. */
@Command(
        name = "classify",
        description = "Print the labels that the job would give pictures, without Kafka and Flink.",
        footer = {"", "Exit status: 0 if all pictures got labels, 1 if one did not, 2 on wrong usage."})
final class ClassifyCommand extends VisionCommand implements Callable<Integer> {

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "Pictures: JPEG, PNG, WebP, BMP.")
    private List<String> files;

    @Option(names = "--model", paramLabel = "BUNDLE", defaultValue = ProjectHome.DEFAULT_BUNDLE,
            description = "A model bundle: a folder, or a name in conf/models (default: ${DEFAULT-VALUE}).")
    private String model;

    @Option(names = "--top-k", paramLabel = "N", defaultValue = "3",
            description = "Maximum number of labels per picture (default: ${DEFAULT-VALUE}).")
    private int topK;

    @Option(names = "--reduced", paramLabel = "SETTING",
            description = "The job's decode.reduced: whether large JPEGs are decoded at a half, a quarter or an eighth"
                    + " of their size: " + Reduction.SETTINGS + " (default: that of a job).")
    private Optional<String> reduced = Optional.empty();

    @Option(names = "--json", description = "Print one JSON object per line:"
            + " {\"file\", \"labels\": [{\"label\", \"index\", \"score\"}, ...]} or"
            + " {\"file\", \"error\": {\"code\", \"message\"}}.")
    private boolean json;

    @Override
    public Integer call() {
        if (topK < 1) {
            throw wrongUse("--top-k must be at least 1, not " + topK);
        }
        boolean allClassified = true;
        try (FileClassifier classifier = new FileClassifier(model(model), DecodeLimits.DEFAULTS, reduction(), topK)) {
            for (String file : files) {
                Outcome outcome = classifier.classify(file);
                if (json) {
                    // Programs read all answers from one stream.
                    print(json(file, outcome).toString());
                } else if (outcome instanceof Failed failed) {
                    log(file + ": " + failed.code() + ": " + failed.message());
                } else {
                    print(file + ": " + ((Classified) outcome).labels().stream()
                            .map(label -> ModelText.label(label.label(), label.score()))
                            .collect(Collectors.joining(", ")));
                }
                allClassified &= outcome instanceof Classified;
            }
        }
        return allClassified ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private Reduction reduction() {
        try {
            return reduced.map(Reduction::of).orElse(Reduction.DEFAULT);
        } catch (IllegalArgumentException e) {
            throw wrongUse("--reduced " + e.getMessage());
        }
    }

    private static ObjectNode json(String file, Outcome outcome) {
        ObjectNode line = JsonNodeFactory.instance.objectNode().put("file", file);
        if (outcome instanceof Classified classified) {
            ArrayNode labels = line.putArray("labels");
            classified.labels().forEach(label -> labels.addObject()
                    .put("label", label.label())
                    .put("index", label.index())
                    .put("score", label.score()));
        } else if (outcome instanceof Failed failed) {
            line.putObject("error").put("code", failed.code().name()).put("message", failed.message());
        }
        return line;
    }
}
