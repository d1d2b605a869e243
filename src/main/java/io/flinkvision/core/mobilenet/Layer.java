package io.flinkvision.core.mobilenet;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** A part of a network, as data: what it computes, and which tensors of the state dict it computes it with. */
public sealed interface Layer {

    /** A layer that maps all channels of its input to all channels of its output, with a weight of its own. */
    sealed interface ChannelMap extends Layer {

        /** The layer's module in the state dict. */
        String prefix();

        /** Channels in. */
        int input();

        /** Channels out. */
        int output();
    }

    /**
     * A convolution, perhaps its batch normalisation, and its activation.
     *
     * @param prefix the convolution's module: its weight is {@code PREFIX.weight}, {@code [output, input / groups,
     *     kernel, kernel]}
     * @param bias whether it has a bias of its own, {@code PREFIX.bias}
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
            boolean bias,
            Optional<String> batchNorm,
            int input,
            int output,
            int kernel,
            int stride,
            int groups,
            Padding padding,
            Activation activation)
            implements ChannelMap {

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

        /** A convolution that has a bias where it has no batch normalisation, whose shift would make one needless. */
        public Convolution(
                String prefix,
                Optional<String> batchNorm,
                int input,
                int output,
                int kernel,
                int stride,
                int groups,
                Padding padding,
                Activation activation) {
            this(prefix, batchNorm.isEmpty(), batchNorm, input, output, kernel, stride, groups, padding, activation);
        }

        /** A depthwise convolution with batch normalisation. */
        static Convolution depthwise(
                String prefix,
                String batchNorm,
                int channels,
                int kernel,
                int stride,
                Padding padding,
                Activation activation) {
            return new Convolution(
                    prefix, Optional.of(batchNorm), channels, channels, kernel, stride, channels, padding, activation);
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
     * A fully connected layer, perhaps its batch normalisation, and its activation.
     *
     * @param prefix the layer's module: its weight is {@code PREFIX.weight}, {@code [output, input]}
     * @param bias whether it has a bias of its own, {@code PREFIX.bias}
     * @param batchNorm the batch normalisation's module, of {@code output} features
     * @param input features in
     * @param output features out
     * @param activation what follows
     */
    record Linear(
            String prefix, boolean bias, Optional<String> batchNorm, int input, int output, Activation activation)
            implements ChannelMap {

        public Linear {
            Objects.requireNonNull(prefix, "prefix");
            Objects.requireNonNull(batchNorm, "batchNorm");
            Objects.requireNonNull(activation, "activation");
        }

        /** A fully connected layer with a bias. */
        public Linear(String prefix, Optional<String> batchNorm, int input, int output, Activation activation) {
            this(prefix, true, batchNorm, input, output, activation);
        }

        /** The 1x1 convolution that computes the same: its weight has the same elements in the same order. */
        Convolution asPointwiseConvolution() {
            return new Convolution(prefix, bias, batchNorm, input, output, 1, 1, 1, Padding.SYMMETRIC, activation);
        }
    }

    /**
     * Squeeze-and-excite (Hu et al. 2018): the channels' averages go through both layers and scale the channels. A 1x1
     * convolution of averages and a fully connected layer compute the same; families keep the one or the other.
     *
     * @param reduce to the bottleneck
     * @param expand back to all channels, with the gate as its activation
     */
    record SqueezeAndExcite(ChannelMap reduce, ChannelMap expand) implements Layer {

        public SqueezeAndExcite {
            if (reduce.input() != expand.output() || reduce.output() != expand.input()) {
                throw new IllegalArgumentException("Squeeze-and-excite from " + reduce + " to " + expand);
            }
        }
    }

    /**
     * The layers of squeeze-and-excite without the squeeze: each pixel's channels are scaled by what both convolutions
     * make of that pixel. The first weights of {@link Family#SEED_OLD}'s authors were trained so.
     *
     * @param reduce to the bottleneck
     * @param expand back to all channels, with the gate as its activation
     */
    record PixelwiseExcite(Convolution reduce, Convolution expand) implements Layer {

        public PixelwiseExcite {
            if (reduce.input() != expand.output() || reduce.output() != expand.input()) {
                throw new IllegalArgumentException("Excite from " + reduce + " to " + expand);
            }
        }
    }

    /** An activation that does not directly follow a layer with a weight. */
    record Nonlinearity(Activation activation) implements Layer {

        public Nonlinearity {
            Objects.requireNonNull(activation, "activation");
        }
    }

    /** The term that an inverted residual adds to its body's output. */
    sealed interface Shortcut {

        /** The paper's: the block's input, where the block leaves its width and size as they are. */
        static Shortcut of(BlockRow row) {
            return row.stride() == 1 && row.input() == row.output() ? new Identity() : new None();
        }

        /** Nothing. */
        record None() implements Shortcut {}

        /** The block's input. */
        record Identity() implements Shortcut {}

        /** The block's input through convolutions, where its width or size is another one. */
        record Projection(List<Convolution> convolutions) implements Shortcut {

            public Projection {
                convolutions = List.copyOf(convolutions);
            }

            /** Through a single convolution. */
            public Projection(Convolution convolution) {
                this(List.of(convolution));
            }
        }
    }

    /**
     * An inverted residual block (Sandler et al. 2018; Howard et al. 2019, figure 4).
     *
     * @param row the row of the table that it was made from, its channels scaled
     * @param body expansion, depthwise convolution, projection and squeeze-and-excite in the family's order
     * @param shortcut what is added
     * @param activation what follows the sum: {@code NONE} for the paper's linear bottleneck
     */
    record InvertedResidual(BlockRow row, List<Layer> body, Shortcut shortcut, Activation activation)
            implements Layer {

        public InvertedResidual {
            Objects.requireNonNull(row, "row");
            Objects.requireNonNull(shortcut, "shortcut");
            Objects.requireNonNull(activation, "activation");
            body = List.copyOf(body);
        }

        /** A block with a linear bottleneck, as the paper has it. */
        public InvertedResidual(BlockRow row, List<Layer> body, Shortcut shortcut) {
            this(row, body, shortcut, Activation.NONE);
        }
    }

    /** The average of each channel: {@code [n, channels, height, width]} to {@code [n, channels, 1, 1]}. */
    record GlobalAveragePool() implements Layer {}

    /** {@code [n, channels, 1, 1]} to {@code [n, channels]}. */
    record Flatten() implements Layer {}

    /** The nonlinearities of MobileNetV3 (Howard et al. 2019, section 5.2). */
    enum Activation {
        /** The values as they are: the linear bottleneck. */
        NONE,
        /** {@code max(x, 0)}. */
        RELU,
        /** h-swish: {@code x * ReLU6(x + 3) / 6}. */
        HARD_SWISH,
        /** h-sigmoid: {@code ReLU6(x + 3) / 6}. */
        HARD_SIGMOID
    }

    /** The zeros around a convolution's input. */
    enum Padding {
        /** {@code kernel / 2} on every side, as PyTorch's models have it. */
        SYMMETRIC {
            @Override
            int before(int size, int kernel, int stride) {
                return kernel / 2;
            }

            @Override
            int after(int size, int kernel, int stride) {
                return kernel / 2;
            }
        },

        /**
         * The least that makes the output {@code ceil(size / stride)}, the odd one after the last row or column:
         * TensorFlow's {@code SAME}. A stride of 2 thus pads even and odd sizes differently, and rarely both sides
         * alike.
         */
        SAME {
            @Override
            int before(int size, int kernel, int stride) {
                return total(size, kernel, stride) / 2;
            }

            @Override
            int after(int size, int kernel, int stride) {
                int total = total(size, kernel, stride);
                return total - total / 2;
            }

            private static int total(int size, int kernel, int stride) {
                int outputSize = (size + stride - 1) / stride;
                return Math.max(0, (outputSize - 1) * stride + kernel - size);
            }
        };

        /**
         * Zeros before the first row or column.
         *
         * @param size rows or columns of the input
         */
        abstract int before(int size, int kernel, int stride);

        /** Zeros after the last row or column. */
        abstract int after(int size, int kernel, int stride);

        /** Rows or columns of the output. */
        final int outputSize(int size, int kernel, int stride) {
            return (size + before(size, kernel, stride) + after(size, kernel, stride) - kernel) / stride + 1;
        }
    }
}
