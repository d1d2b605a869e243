package io.flinkvision.model;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** A part of a network, as data: what it computes, and which tensors of the state dict it computes it with. */
public sealed interface Layer {

    /**
     * A convolution without bias, its batch normalisation, and its activation; or, where {@code batchNorm} is absent, a
     * convolution with a bias ({@code PREFIX.bias}).
     *
     * @param prefix the convolution's module: its weight is {@code PREFIX.weight}, {@code [output, input / groups,
     *     kernel, kernel]}
     * @param batchNorm the batch normalisation's module, of {@code output} channels
     * @param input channels in
     * @param output channels out
     * @param kernel side of the kernel
     * @param stride rows and columns that the kernel moves by
     * @param groups 1, or {@code input} for a depthwise convolution
     * @param padding how the input is widened
     * @param activation what follows
     */
    record Convolution(
            String prefix,
            Optional<String> batchNorm,
            int input,
            int output,
            int kernel,
            int stride,
            int groups,
            Padding padding,
            Activation activation)
            implements Layer {

        public Convolution {
            Objects.requireNonNull(prefix, "prefix");
            Objects.requireNonNull(batchNorm, "batchNorm");
            Objects.requireNonNull(padding, "padding");
            Objects.requireNonNull(activation, "activation");
            if (input % groups != 0 || output % groups != 0) {
                throw new IllegalArgumentException(
                        prefix + ": " + groups + " groups do not divide " + input + " and " + output + " channels");
            }
        }

        /** A 1x1 convolution with batch normalisation. */
        static Convolution pointwise(
                String prefix, String batchNorm, int input, int output, Activation activation) {
            return new Convolution(
                    prefix, Optional.of(batchNorm), input, output, 1, 1, 1, Padding.SYMMETRIC, activation);
        }

        /** A 1x1 convolution with a bias in place of batch normalisation. */
        static Convolution pointwiseWithBias(String prefix, int input, int output, Activation activation) {
            return new Convolution(prefix, Optional.empty(), input, output, 1, 1, 1, Padding.SYMMETRIC, activation);
        }
    }

    /**
     * A fully connected layer with a bias, {@code PREFIX.weight} {@code [output, input]}, and perhaps batch
     * normalisation.
     *
     * @param prefix the layer's module
     * @param batchNorm the batch normalisation's module, of {@code output} features
     * @param input features in
     * @param output features out
     * @param activation what follows
     */
    record Linear(String prefix, Optional<String> batchNorm, int input, int output, Activation activation)
            implements Layer {

        public Linear {
            Objects.requireNonNull(prefix, "prefix");
            Objects.requireNonNull(batchNorm, "batchNorm");
            Objects.requireNonNull(activation, "activation");
        }
    }

    /**
     * Squeeze-and-excite (Hu et al. 2018): the channels' averages go through both convolutions and scale the channels.
     *
     * @param reduce to the bottleneck
     * @param expand back to all channels, with the gate as its activation
     */
    record SqueezeAndExcite(Convolution reduce, Convolution expand) implements Layer {

        public SqueezeAndExcite {
            if (reduce.input() != expand.output() || reduce.output() != expand.input()) {
                throw new IllegalArgumentException("Squeeze-and-excite from " + reduce + " to " + expand);
            }
        }
    }

    /** What an inverted residual adds to its body's output. */
    sealed interface Shortcut {

        /** Nothing. */
        record None() implements Shortcut {}

        /** The block's input. */
        record Identity() implements Shortcut {}

        /** The block's input through a 1x1 convolution, where its width is another one. */
        record Projection(Convolution convolution) implements Shortcut {}
    }

    /**
     * An inverted residual block with a linear bottleneck (Sandler et al. 2018; Howard et al. 2019, figure 4).
     *
     * @param row the row of the table that it was made from, its channels scaled
     * @param body expansion, depthwise convolution, projection and squeeze-and-excite in the family's order
     * @param shortcut what is added
     */
    record InvertedResidual(BlockRow row, List<Layer> body, Shortcut shortcut) implements Layer {

        public InvertedResidual {
            Objects.requireNonNull(row, "row");
            Objects.requireNonNull(shortcut, "shortcut");
            body = List.copyOf(body);
        }
    }

    /** The average of each channel: {@code [n, channels, height, width]} to {@code [n, channels, 1, 1]}. */
    record GlobalAveragePool() implements Layer {}

    /** {@code [n, channels, 1, 1]} to {@code [n, channels]}. */
    record Flatten() implements Layer {}
}
