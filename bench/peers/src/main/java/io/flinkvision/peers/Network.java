package io.flinkvision.peers;

import java.io.File;
import java.io.Serializable;
import java.nio.file.Path;

/**
 * One network in the forms that its users read.
 *
 * @param bundle flink-vision's: a folder
 * @param onnx the network that flink-vision itself runs, as a file
 * @param torchScript the same network, of {@code torchscript.py}
 */
record Network(File bundle, File onnx, File torchScript) implements Serializable {

    static Network of(Path bundle, Path onnx, Path torchScript) {
        return new Network(bundle.toFile(), onnx.toFile(), torchScript.toFile());
    }
}
