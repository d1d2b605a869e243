package io.flinkvision.tools.cli;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.bundle.ModelBundle.Weights;
import io.flinkvision.core.weights.OnnxModel;
import io.flinkvision.core.weights.OnnxModel.Scores;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A network that came as an ONNX model, for people to read: what it says of itself. */
final class OnnxText {

    private OnnxText() {}

    static List<String> lines(ModelBundle bundle, Weights.Onnx onnx) {
        OnnxModel model = onnx.model();
        List<String> lines = new ArrayList<>();
        lines.add(bundle.name() + ": " + NetworkText.of(bundle));
        lines.add("");
        model.inputs().forEach(input -> lines.add("Input   " + input));
        model.outputs().forEach(output -> lines.add("Output  " + output + ", "
                + (onnx.scores() == Scores.LOGITS ? "logits" : "probabilities")));
        lines.add("");
        lines.add(String.format(Locale.ROOT, "%,d nodes, %,d parameters", model.nodes(), model.parameters()));
        return lines;
    }
}
