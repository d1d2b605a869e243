package io.flinkvision.tools.cli;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.bundle.ModelBundle.Weights;
import io.flinkvision.core.image.Preprocessing;
import io.flinkvision.core.image.Preprocessing.ResizeRule;
import io.flinkvision.core.mobilenet.NetworkSummary;
import io.flinkvision.core.weights.OnnxModel.Scores;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A bundle for people to read, in some lines. */
final class BundleText {

    private static final int LISTED_LABELS = 5;

    private BundleText() {}

    static List<String> lines(ModelBundle bundle) {
        return List.of(
                bundle.name() + ": " + NetworkText.of(bundle),
                "cost:    " + cost(bundle),
                "input:   " + preprocessing(bundle.preprocessing()),
                "labels:  " + labels(bundle.labels()),
                "sha256:  " + bundle.digest());
    }

    private static String cost(ModelBundle bundle) {
        if (bundle.weights() instanceof Weights.Tensors tensors) {
            NetworkSummary summary =
                    NetworkSummary.of(tensors.network(), bundle.preprocessing().inputSize());
            return String.format(Locale.ROOT, "%,d parameters, %,d multiply-adds a picture",
                    summary.parameters(), summary.multiplyAdds());
        }
        Weights.Onnx onnx = (Weights.Onnx) bundle.weights();
        return String.format(Locale.ROOT, "%,d parameters, %,d nodes; the output is %s", onnx.model().parameters(),
                onnx.model().nodes(), onnx.scores() == Scores.LOGITS ? "logits" : "probabilities");
    }

    private static String preprocessing(Preprocessing preprocessing) {
        int size = preprocessing.inputSize();
        ResizeRule rule = preprocessing.resize();
        String resize = rule instanceof ResizeRule.ShorterSide shorterSide
                ? "centre of a shorter side of " + shorterSide.length()
                : rule instanceof ResizeRule.Letterbox ? "letterbox" : "stretched";
        return size + " x " + size + " " + preprocessing.channelOrder() + ", " + resize + ", "
                + preprocessing.interpolation().name().toLowerCase(Locale.ROOT) + ", mean " + preprocessing.mean()
                + ", standard deviation " + preprocessing.standardDeviation();
    }

    private static String labels(List<String> labels) {
        return labels.stream().limit(LISTED_LABELS).collect(Collectors.joining("; "))
                + (labels.size() > LISTED_LABELS ? "; and " + (labels.size() - LISTED_LABELS) + " more" : "");
    }
}
