package io.flinkvision.tools.cli;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.bundle.ModelBundle.Weights;
import io.flinkvision.core.mobilenet.Network;
import io.flinkvision.core.mobilenet.Variant;

/** A network as people call it. */
final class NetworkText {

    private NetworkText() {}

    /** {@code MobileNetV3-Large x0.75 (timm), 1000 classes}. */
    static String of(Network network) {
        Variant variant = network.variant();
        return "MobileNetV3-" + (switch (variant.size()) {
            case LARGE -> "Large";
            case SMALL -> "Small";
        }) + " x" + variant.widthMultiplier() + (variant.minimalistic() ? " minimalistic" : "")
                + (variant.reducedTail() ? " with the reduced tail" : "")
                + " (" + network.family().id() + "), " + classes(variant.classes());
    }

    /** The network of a bundle: as above, or {@code ONNX model, 1000 classes}. */
    static String of(ModelBundle bundle) {
        return bundle.weights() instanceof Weights.Tensors tensors
                ? of(tensors.network())
                : "ONNX model, " + classes(bundle.labels().size());
    }

    /** {@code 1 class}, {@code 3 classes}. */
    static String classes(int count) {
        return count + (count == 1 ? " class" : " classes");
    }
}
