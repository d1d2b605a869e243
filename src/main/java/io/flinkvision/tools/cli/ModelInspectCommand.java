package io.flinkvision.tools.cli;

import io.flinkvision.core.bundle.ModelBundle.Weights;
import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.mobilenet.Network;
import io.flinkvision.core.weights.OnnxModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code vision model inspect}: a bundle's network as in the paper's tables 1 and 2, or an ONNX model's interface. */
@Command(
        name = "inspect",
        description = {
            "Print a model's layers, parameters and multiply-adds, as in the tables of the MobileNetV3 paper.",
            "For an ONNX model, print its inputs, outputs, nodes and parameters."
        })
final class ModelInspectCommand extends VisionCommand implements Runnable {

    @Parameters(arity = "0..1", paramLabel = "BUNDLE", defaultValue = ProjectHome.DEFAULT_BUNDLE,
            description = "A model bundle: a folder, or a name in conf/models (default: ${DEFAULT-VALUE}).")
    private String bundle;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public void run() {
        ModelBundle model = model(bundle);
        lines(model).forEach(out()::println);
        out().flush();
    }

    private List<String> lines(ModelBundle model) {
        if (model.weights() instanceof Weights.Onnx onnx) {
            return json ? List.of(SummaryJson.of(model, onnx).toString()) : onnxLines(model, onnx);
        }
        Network network = ((Weights.Tensors) model.weights()).network();
        return json ? List.of(SummaryJson.of(model, network).toString()) : SummaryTable.lines(model, network);
    }

    private static List<String> onnxLines(ModelBundle bundle, Weights.Onnx onnx) {
        OnnxModel model = onnx.model();
        List<String> lines = new ArrayList<>();
        lines.add(bundle.name() + ": " + ModelText.network(bundle));
        lines.add("");
        model.inputs().forEach(input -> lines.add("Input   " + input));
        model.outputs().forEach(output -> lines.add("Output  " + output + ", " + ModelText.scores(onnx)));
        lines.add("");
        lines.add(String.format(Locale.ROOT, "%,d nodes, %,d parameters", model.nodes(), model.parameters()));
        return lines;
    }
}
