package io.flinkvision.tools.cli;

import io.flinkvision.core.bundle.ModelBundle.Weights;
import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.head.Head;
import io.flinkvision.core.head.HeadDescription;
import io.flinkvision.core.image.Preprocessing.ResizeRule;
import io.flinkvision.core.image.Preprocessing;
import io.flinkvision.core.mobilenet.Network;
import io.flinkvision.core.mobilenet.NetworkSummary;
import io.flinkvision.core.mobilenet.Variant;
import io.flinkvision.core.weights.OnnxModel.Scores;
import io.flinkvision.core.weights.OnnxModel;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
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

    /**
     * The network of a bundle: as above, or {@code ONNX model, 1000 classes}; and where its head was taught, {@code taught
     * from 40 pictures, 97.5 % right when held out}.
     */
    static String network(ModelBundle bundle) {
        String network = runningNetwork(bundle).map(ModelText::network)
                .orElseGet(() -> "ONNX model, " + classes(bundle.labels().size()));
        return network + head(bundle).map(head -> ", " + taught(head)).orElse("");
    }

    private static String taught(HeadDescription head) {
        return "taught from " + head.pictures() + " pictures" + head.accuracy()
                .map(share -> String.format(Locale.ROOT, ", %.1f %% right when held out", 100 * share)).orElse("");
    }

    /** The network that a bundle of tensors runs: with its head, where it has one; empty for an ONNX model. */
    static Optional<Network> runningNetwork(ModelBundle bundle) {
        return bundle.weights().backbone() instanceof Weights.Tensors tensors
                ? Optional.of(bundle.weights() instanceof Weights.Taught
                        ? tensors.network().withHead(bundle.labels().size())
                        : tensors.network())
                : Optional.empty();
    }

    /** The ONNX model that a bundle of one runs: with its head, where it has one. */
    static OnnxModel runningModel(ModelBundle bundle, Weights.Onnx onnx) {
        return bundle.weights() instanceof Weights.Taught
                ? OnnxModel.read(bundle.folder().toString(), bundle.onnx())
                : onnx.model();
    }

    /** The head of a bundle that was taught. */
    static Optional<HeadDescription> head(ModelBundle bundle) {
        return bundle.weights() instanceof Weights.Taught taught
                ? Optional.of(Head.read(taught.headFile()).description())
                : Optional.empty();
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
        Optional<Network> network = runningNetwork(bundle);
        if (network.isPresent()) {
            NetworkSummary summary = NetworkSummary.of(network.get(), bundle.preprocessing().inputSize());
            return String.format(Locale.ROOT, "%,d parameters, %,d multiply-adds per picture",
                    summary.parameters(), summary.multiplyAdds());
        }
        OnnxModel model = runningModel(bundle, (Weights.Onnx) bundle.weights().backbone());
        return String.format(Locale.ROOT, "%,d parameters, %,d nodes; the output is %s", model.parameters(),
                model.nodes(), scores(bundle));
    }

    /** {@code logits} or {@code probabilities}. */
    static String scores(ModelBundle bundle) {
        return bundle.weights().scores() == Scores.LOGITS ? "logits" : "probabilities";
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
