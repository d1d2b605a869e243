package io.flinkvision.cli;

import io.flinkvision.model.ModelBundle;
import io.flinkvision.model.NetworkSummary;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vision model inspect}: a bundle's network as the paper's tables 1 and 2 print it. */
@Command(
        name = "inspect",
        description = "Print a model's layers, parameters and multiply-adds, as the MobileNetV3 paper does.")
final class ModelInspectCommand implements Runnable {

    @Parameters(arity = "0..1", paramLabel = "BUNDLE", defaultValue = ProjectHome.DEFAULT_BUNDLE,
            description = "A model bundle: a folder, or a name in conf/models (default: ${DEFAULT-VALUE}).")
    private String bundle;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        ModelBundle model = new ModelArgument(bundle).read(spec.commandLine());
        NetworkSummary summary = NetworkSummary.of(model.network(), model.preprocessing().inputSize());
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(SummaryJson.of(model, summary));
        } else {
            SummaryTable.lines(model, summary).forEach(out::println);
        }
        out.flush();
    }
}
