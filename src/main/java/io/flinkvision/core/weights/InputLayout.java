package io.flinkvision.core.weights;

/** The order of the dimensions of a network's input. */
public enum InputLayout {
    /** NCHW, {@code [n, 3, height, width]}: PyTorch's and ONNX's own. */
    CHANNELS_FIRST,
    /** NHWC, {@code [n, height, width, 3]}: TensorFlow's. */
    CHANNELS_LAST;

    /** The shape of one picture, {@code [1, 3, size, size]} or {@code [1, size, size, 3]}. */
    public long[] shape(int size) {
        return this == CHANNELS_FIRST ? new long[] {1, 3, size, size} : new long[] {1, size, size, 3};
    }
}
