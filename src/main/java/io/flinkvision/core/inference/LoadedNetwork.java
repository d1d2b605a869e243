package io.flinkvision.core.inference;

/** A network in ONNX Runtime's memory. */
sealed interface LoadedNetwork extends AutoCloseable permits Classifier, FeatureClassifier {

    /** Ends a picture that is being classified on another thread: see {@link OnnxRuntimeSession#terminate()}. */
    void terminate();

    /** Releases the network; a second call does nothing. */
    @Override
    void close();
}
