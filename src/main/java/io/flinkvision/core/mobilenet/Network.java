package io.flinkvision.core.mobilenet;

import io.flinkvision.core.mobilenet.Layer.Activation;
import io.flinkvision.core.mobilenet.Layer.ChannelMap;
import io.flinkvision.core.mobilenet.Layer.Convolution;
import io.flinkvision.core.mobilenet.Layer.InvertedResidual;
import io.flinkvision.core.mobilenet.Layer.Linear;
import io.flinkvision.core.mobilenet.Layer.PixelwiseExcite;
import io.flinkvision.core.mobilenet.Layer.Shortcut;
import io.flinkvision.core.mobilenet.Layer.SqueezeAndExcite;
import io.flinkvision.core.weights.ModelException;
import io.flinkvision.core.weights.StateDict;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A MobileNetV3 as data. What it expects of a state dict, its ONNX graph and its printed table all come from this list.
 *
 * @param family where its form comes from
 * @param variant which network of that family
 * @param layers from the input {@code [n, 3, size, size]} to the logits {@code [n, classes]}
 */
public record Network(Family family, Variant variant, List<Layer> layers) {

    private static final int MAX_LISTED_DIFFERENCES = 10;

    public Network {
        Objects.requireNonNull(family, "family");
        Objects.requireNonNull(variant, "variant");
        layers = List.copyOf(layers);
    }

    /** The same network up to its pooled features, and then one linear layer with the logits of other labels. */
    public Network withHead(int labels) {
        int pool = layers.indexOf(new Layer.GlobalAveragePool());
        int features = layers.subList(pool, layers.size()).stream()
                .filter(ChannelMap.class::isInstance)
                .mapToInt(layer -> ((ChannelMap) layer).input())
                .findFirst().orElseThrow();
        List<Layer> headed = new ArrayList<>(layers.subList(0, pool + 1));
        headed.add(new Layer.Flatten());
        headed.add(new Linear("head", Optional.empty(), features, labels, Activation.NONE));
        return new Network(family, variant.withClasses(labels), headed);
    }

    /** The layer that makes the logits, a fully connected one in every family. */
    public Linear lastLayer() {
        return (Linear) layers.get(layers.size() - 1);
    }

    /** The same network up to the input of its last layer, whose elements count as its classes. */
    public Network withoutLastLayer() {
        return new Network(family, variant.withClasses(lastLayer().input()), layers.subList(0, layers.size() - 1));
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

    /**
     * Checks that a state dict holds the tensors of this network: all of them, each of its shape, and no others.
     *
     * @throws ModelException that names the file and the first ten tensors that are missing, unexpected or misshapen
     */
    public void requireTensors(StateDict stateDict) {
        List<String> differences = differencesFrom(stateDict.shapes());
        if (!differences.isEmpty()) {
            int listed = Math.min(MAX_LISTED_DIFFERENCES, differences.size());
            throw new ModelException(stateDict.source() + " does not hold the tensors of a " + family.id() + " "
                    + variant + ": " + String.join("; ", differences.subList(0, listed))
                    + (differences.size() > listed ? "; and " + (differences.size() - listed) + " more" : ""));
        }
    }

    /**
     * The differences between tensors and those of this network, each in a few words: first missing or misshapen
     * tensors, in the network's order, then unexpected ones.
     *
     * @param shapes the tensors' shapes by name
     * @return nothing where they are exactly its tensors
     */
    public List<String> differencesFrom(Map<String, List<Integer>> shapes) {
        List<String> differences = new ArrayList<>();
        Set<String> unexpected = new LinkedHashSet<>(shapes.keySet());
        for (TensorShape expected : tensors()) {
            unexpected.remove(expected.name());
            List<Integer> shape = shapes.get(expected.name());
            if (shape == null) {
                differences.add("tensor " + expected.name() + " is missing");
            } else if (!shape.equals(expected.shape())) {
                differences.add("tensor " + expected.name() + " has the shape " + shape + ", not "
                        + expected.shape());
            }
        }
        unexpected.forEach(name -> differences.add("tensor " + name + " is unexpected"));
        return differences;
    }

    /** Whether tensors of these shapes, by name, are exactly this network's. */
    boolean fits(Map<String, List<Integer>> shapes) {
        List<TensorShape> tensors = tensors();
        return tensors.size() == shapes.size()
                && tensors.stream().allMatch(tensor -> tensor.shape().equals(shapes.get(tensor.name())));
    }

    /** The family and the variant: {@code torchvision SMALL x0.75 with 1000 classes}. */
    @Override
    public String toString() {
        return family.id() + " " + variant;
    }

    private static void collect(Layer layer, List<TensorShape> tensors) {
        if (layer instanceof Convolution convolution) {
            tensors.add(new TensorShape(convolution.prefix() + ".weight", List.of(
                    convolution.output(), convolution.input() / convolution.groups(),
                    convolution.kernel(), convolution.kernel())));
            if (convolution.bias()) {
                tensors.add(new TensorShape(convolution.prefix() + ".bias", List.of(convolution.output())));
            }
            collect(convolution.batchNorm(), convolution.output(), tensors);
        } else if (layer instanceof Linear linear) {
            tensors.add(new TensorShape(linear.prefix() + ".weight", List.of(linear.output(), linear.input())));
            if (linear.bias()) {
                tensors.add(new TensorShape(linear.prefix() + ".bias", List.of(linear.output())));
            }
            collect(linear.batchNorm(), linear.output(), tensors);
        } else if (layer instanceof SqueezeAndExcite squeeze) {
            collect(squeeze.reduce(), tensors);
            collect(squeeze.expand(), tensors);
        } else if (layer instanceof PixelwiseExcite excite) {
            collect(excite.reduce(), tensors);
            collect(excite.expand(), tensors);
        } else if (layer instanceof InvertedResidual block) {
            block.body().forEach(part -> collect(part, tensors));
            if (block.shortcut() instanceof Shortcut.Projection projection) {
                projection.convolutions().forEach(convolution -> collect(convolution, tensors));
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

    /**
     * A tensor that a network expects in its state dict.
     *
     * @param name its name in the family's own naming
     * @param shape its dimensions, the outermost first
     */
    public record TensorShape(String name, List<Integer> shape) {

        public TensorShape {
            Objects.requireNonNull(name, "name");
            shape = List.copyOf(shape);
        }
    }
}
