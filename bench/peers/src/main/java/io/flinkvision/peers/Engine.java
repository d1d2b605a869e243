package io.flinkvision.peers;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.peers.Peer.Threads;
import io.flinkvision.tools.bench.naive.PictureLabeller;

/** What decodes and classifies a picture. */
enum Engine {
    FLINK_VISION,
    DJL_ONNX_RUNTIME,
    DJL_PYTORCH,
    OPENCV_DNN,
    ONNX_RUNTIME;

    /**
     * Loads the network.
     *
     * @param threads how many threads work on one picture; flink-vision has one whatever this says
     */
    PictureLabeller open(Network network, Threads threads) throws Exception {
        ModelBundle bundle = ModelBundle.read(network.bundle().toPath());
        return switch (this) {
            case FLINK_VISION -> new FlinkVisionLabeller(bundle);
            case DJL_ONNX_RUNTIME ->
                DjlLabeller.onnxRuntime(network.onnx(), bundle.preprocessing(), bundle.labels(), threads);
            case DJL_PYTORCH ->
                DjlLabeller.pyTorch(network.torchScript().toPath(), bundle.preprocessing(), bundle.labels(), threads);
            case OPENCV_DNN ->
                new OpenCvDnnLabeller(network.openCv(), bundle.preprocessing(), bundle.labels(), threads);
            case ONNX_RUNTIME ->
                new OnnxRuntimeLabeller(network.onnx(), bundle.preprocessing(), bundle.labels(), threads);
        };
    }
}
