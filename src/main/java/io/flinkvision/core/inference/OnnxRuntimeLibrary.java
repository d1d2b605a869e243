package io.flinkvision.core.inference;

import io.flinkvision.core.natives.OnnxRuntimeNatives;

/** ONNX Runtime's native library, loaded once for each class loader. */
final class OnnxRuntimeLibrary {

    private OnnxRuntimeLibrary() {}

    /** Whether there is an ONNX Runtime to load. */
    static boolean isOnClassPath() {
        return OnnxRuntimeLibrary.class.getClassLoader().getResource("ai/onnxruntime/OrtEnvironment.class") != null;
    }

    /**
     * Loads the library if necessary. This must precede the first use of a class that refers to ONNX
     * Runtime's.
     *
     * @throws InferenceException if ONNX Runtime is not on the class path, or not for this machine
     */
    static void load() {
        try {
            OnnxRuntimeNatives.load();
        } catch (NoClassDefFoundError e) {
            throw new InferenceException("ONNX Runtime is not on the class path: put flink-vision-VERSION-natives.jar"
                    + " into Flink's lib/ folder, on all machines of the cluster, and restart it; or submit"
                    + " flink-vision-VERSION-all.jar, which holds ONNX Runtime", e);
        } catch (IllegalStateException e) {
            throw new InferenceException(e.getMessage(), e);
        }
    }
}
