package io.flinkvision.core.inference;

/** The device that runs a network. */
public sealed interface Device {

    /** The calling thread. */
    record Cpu() implements Device {}

    /**
     * An NVIDIA GPU, by ONNX Runtime's CUDA provider, which is in the library {@code onnxruntime_gpu} and not in
     * {@code onnxruntime}.
     *
     * @param index which GPU, from 0, as CUDA counts them
     */
    record Cuda(int index) implements Device {

        public Cuda {
            if (index < 0) {
                throw new IllegalArgumentException("GPUs are counted from 0, so none is " + index);
            }
        }
    }
}
