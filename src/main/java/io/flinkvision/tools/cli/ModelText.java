package io.flinkvision.tools.cli;

import io.flinkvision.core.bundle.ModelBundle.Weights;
import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.image.Preprocessing.ResizeRule;
import io.flinkvision.core.image.Preprocessing;
import io.flinkvision.core.mobilenet.Network;
import io.flinkvision.core.mobilenet.NetworkSummary;
import io.flinkvision.core.mobilenet.Variant;
import io.flinkvision.core.weights.OnnxModel.Scores;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Models and labels for people to read. */
final class ModelText {

    private static final int MAX_LISTED_LABELS = 5;

    private ModelText() {}

    /** {@code food 72.8 %}. */
    static String label(String label, double score) {
        return String.format(Locale.ROOT, "%s %.1f %%", label, 100 * score);
    }

    /** {@code  93.8 %  90 of 96}. */
    static String share(long part, int all) {
        return String.format(Locale.ROOT, "%5.1f %%  %d of %d", 100.0 * part / all, part, all);
    }

    /** {@code MobileNetV3-Large x0.75 (timm), 1000 classes}. */
    static String network(Network network) {
        Variant variant = network.variant();
        return "MobileNetV3-" + (switch (variant.size()) {
            case LARGE -> "Large";
            case SMALL -> "Small";
        }) + " x" + variant.widthMultiplier() + (variant.minimalistic() ? " minimalistic" : "")
                + (variant.reducedTail() ? " with the reduced tail" : "")
                + " (" + network.family().id() + "), " + classes(variant.classes());
    }

    /** The network of a bundle: as above, or {@code ONNX model, 1000 classes}. */
    static String network(ModelBundle bundle) {
        return bundle.weights() instanceof Weights.Tensors tensors
                ? network(tensors.network())
                : "ONNX model, " + classes(bundle.labels().size());
    }

    private static String classes(int count) {
        return count + (count == 1 ? " class" : " classes");
    }

    /** A bundle in five lines: network, cost, input, labels, digest. */
    static List<String> bundle(ModelBundle bundle) {
        return List.of(
                bundle.name() + ": " + network(bundle),
                "cost:    " + cost(bundle),
                "input:   " + preprocessing(bundle.preprocessing()),
                "labels:  " + labels(bundle.labels()),
                "sha256:  " + bundle.digest());
    }

    private static String cost(ModelBundle bundle) {
        if (bundle.weights() instanceof Weights.Tensors tensors) {
            NetworkSummary summary =
                    NetworkSummary.of(tensors.network(), bundle.preprocessing().inputSize());
            return String.format(Locale.ROOT, "%,d parameters, %,d multiply-adds per picture",
                    summary.parameters(), summary.multiplyAdds());
        }
        Weights.Onnx onnx = (Weights.Onnx) bundle.weights();
        return String.format(Locale.ROOT, "%,d parameters, %,d nodes; the output is %s", onnx.model().parameters(),
                onnx.model().nodes(), scores(onnx));
    }

    /** {@code logits} or {@code probabilities}. */
    static String scores(Weights.Onnx onnx) {
        return onnx.scores() == Scores.LOGITS ? "logits" : "probabilities";
    }

    private static String preprocessing(Preprocessing preprocessing) {
        int size = preprocessing.inputSize();
        ResizeRule rule = preprocessing.resize();
        String resize = rule instanceof ResizeRule.ShorterSide shorterSide
                ? "centre crop after resizing the shorter side to " + shorterSide.length()
                : rule instanceof ResizeRule.Letterbox ? "letterbox" : "stretched";
        return size + " x " + size + " " + preprocessing.channelOrder() + ", " + resize + ", "
                + preprocessing.interpolation().name().toLowerCase(Locale.ROOT) + ", mean " + preprocessing.mean()
                + ", standard deviation " + preprocessing.standardDeviation();
    }

    /** {@code food; text; other}, and how many more than five. */
    static String labels(List<String> labels) {
        return labels.stream().limit(MAX_LISTED_LABELS).collect(Collectors.joining("; "))
                + (labels.size() > MAX_LISTED_LABELS ? "; and " + (labels.size() - MAX_LISTED_LABELS) + " more" : "");
    }
}
