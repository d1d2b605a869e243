package io.flinkvision.tools.cli;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.bundle.ModelBundle.Weights;
import io.flinkvision.core.mobilenet.Network;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code vision model inspect}: a bundle's network as the paper's tables 1 and 2 print it, or what an ONNX model tells.
 */
@Command(
        name = "inspect",
        description = {
            "Print a model's layers, parameters and multiply-adds, as the MobileNetV3 paper does.",
            "Of an ONNX model its inputs, outputs, nodes and parameters are printed."
        })
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
        PrintWriter out = spec.commandLine().getOut();
        lines(model).forEach(out::println);
        out.flush();
    }

    private List<String> lines(ModelBundle model) {
        if (model.weights() instanceof Weights.Onnx onnx) {
            return json ? List.of(SummaryJson.of(model, onnx).toString()) : OnnxText.lines(model, onnx);
        }
        Network network = ((Weights.Tensors) model.weights()).network();
        return json ? List.of(SummaryJson.of(model, network).toString()) : SummaryTable.lines(model, network);
    }
}
