package io.flinkvision.core.mobilenet;

/** How a convolution's input is widened with zeros. */
public enum Padding {
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
     * As little as makes the output {@code ceil(size / stride)}, the odd one after the last row or column: TensorFlow's
     * {@code SAME}. A stride of 2 thus pads an even and an odd size differently, and rarely both sides alike.
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
