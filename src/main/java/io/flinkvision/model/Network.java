package io.flinkvision.model;

import io.flinkvision.model.Layer.Convolution;
import io.flinkvision.model.Layer.InvertedResidual;
import io.flinkvision.model.Layer.Linear;
import io.flinkvision.model.Layer.Shortcut;
import io.flinkvision.model.Layer.SqueezeAndExcite;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A MobileNetV3 as data. What it expects of a state dict, its ONNX graph and its printed table all come from this list.
 *
 * @param family where its form comes from
 * @param variant which network of that family
 * @param layers from the input {@code [n, 3, size, size]} to the logits {@code [n, classes]}
 */
public record Network(Family family, Variant variant, List<Layer> layers) {

    public Network {
        Objects.requireNonNull(family, "family");
        Objects.requireNonNull(variant, "variant");
        layers = List.copyOf(layers);
    }

    /** The tensors that a state dict must hold, in the network's order. */
    public List<TensorShape> tensors() {
        List<TensorShape> tensors = new ArrayList<>();
        layers.forEach(layer -> collect(layer, tensors));
        return tensors;
    }

    /** The tensors of one layer, in order. */
    static List<TensorShape> tensors(Layer layer) {
        List<TensorShape> tensors = new ArrayList<>();
        collect(layer, tensors);
        return tensors;
    }

    private static void collect(Layer layer, List<TensorShape> tensors) {
        if (layer instanceof Convolution convolution) {
            tensors.add(new TensorShape(convolution.prefix() + ".weight", List.of(
                    convolution.output(), convolution.input() / convolution.groups(),
                    convolution.kernel(), convolution.kernel())));
            if (convolution.batchNorm().isEmpty()) {
                tensors.add(new TensorShape(convolution.prefix() + ".bias", List.of(convolution.output())));
            }
            collect(convolution.batchNorm(), convolution.output(), tensors);
        } else if (layer instanceof Linear linear) {
            tensors.add(new TensorShape(linear.prefix() + ".weight", List.of(linear.output(), linear.input())));
            tensors.add(new TensorShape(linear.prefix() + ".bias", List.of(linear.output())));
            collect(linear.batchNorm(), linear.output(), tensors);
        } else if (layer instanceof SqueezeAndExcite squeeze) {
            collect(squeeze.reduce(), tensors);
            collect(squeeze.expand(), tensors);
        } else if (layer instanceof InvertedResidual block) {
            block.body().forEach(part -> collect(part, tensors));
            if (block.shortcut() instanceof Shortcut.Projection projection) {
                collect(projection.convolution(), tensors);
            }
        }
    }

    private static void collect(Optional<String> batchNorm, int channels, List<TensorShape> tensors) {
        batchNorm.ifPresent(prefix -> {
            for (BatchNormTensor tensor : BatchNormTensor.values()) {
                tensors.add(new TensorShape(prefix + tensor.suffix(), List.of(channels)));
            }
        });
    }

    /** The tensors of a batch normalisation that inference needs. */
    enum BatchNormTensor {
        WEIGHT(".weight", true),
        BIAS(".bias", true),
        RUNNING_MEAN(".running_mean", false),
        RUNNING_VARIANCE(".running_var", false);

        /** PyTorch's counter of training steps, in a state dict beside these; nothing is computed with it. */
        static final String NUM_BATCHES_TRACKED = ".num_batches_tracked";

        private final String suffix;
        private final boolean trained;

        BatchNormTensor(String suffix, boolean trained) {
            this.suffix = suffix;
            this.trained = trained;
        }

        String suffix() {
            return suffix;
        }

        /** Whether it counts as a parameter. */
        boolean trained() {
            return trained;
        }
    }
}
