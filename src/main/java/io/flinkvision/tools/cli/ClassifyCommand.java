package io.flinkvision.tools.cli;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.core.image.Reduction;
import io.flinkvision.core.inference.ImageClassifier.Outcome;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vision classify}: what the job would say of some files, without Kafka and Flink. */
@Command(
        name = "classify",
        description = "Print the labels of pictures, as the job would give them, without Kafka and Flink.",
        footer = {"", "Exits with 0 when all pictures got labels, 1 when one did not, 2 when it was called wrongly."})
final class ClassifyCommand implements Callable<Integer> {

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "Pictures: JPEG, PNG, WebP, BMP.")
    private List<String> files;

    @Option(names = "--model", paramLabel = "BUNDLE", defaultValue = ProjectHome.DEFAULT_BUNDLE,
            description = "A model bundle: a folder, or a name in conf/models (default: ${DEFAULT-VALUE}).")
    private String model;

    @Option(names = "--top-k", paramLabel = "N", defaultValue = "3",
            description = "How many labels a picture gets at the most (default: ${DEFAULT-VALUE}).")
    private int topK;

    @Option(names = "--reduced",
            description = "Decode large JPEGs at a half, a quarter or an eighth of their size, as decode.reduced does.")
    private boolean reduced;

    @Option(names = "--json", description = "Print one JSON object a line.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (topK < 1) {
            throw new ParameterException(spec.commandLine(), "--top-k must be at least 1, not " + topK);
        }
        ModelBundle bundle = new ModelArgument(model).read(spec.commandLine());
        ClassifyReport report = json ? ClassifyReport.json() : ClassifyReport.text();
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        boolean allClassified = true;
        try (FileClassifier classifier = 
                new FileClassifier(bundle, DecodeLimits.DEFAULTS, Reduction.of(reduced), topK)) {
            for (String file : files) {
                Outcome outcome = classifier.classify(file);
                PrintWriter target = report.isForStandardOutput(outcome) ? out : err;
                target.println(report.line(file, outcome));
                target.flush();
                allClassified &= outcome instanceof Outcome.Classified;
            }
        }
        return allClassified ? ExitCode.OK : ExitCode.SOFTWARE;
    }
}
