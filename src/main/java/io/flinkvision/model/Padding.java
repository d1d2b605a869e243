package io.flinkvision.model;

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
