package io.flinkvision.peers;

import io.flinkvision.core.bundle.ModelBundle;
import java.io.File;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * One network in the forms that its users read.
 *
 * @param bundle flink-vision's: a folder
 * @param folder has the network as {@code network.onnx}, which flink-vision itself runs, and as {@code opencv.onnx}
 * @param torchScript the same network, of {@code torchscript.py}
 */
record Network(File bundle, File folder, File torchScript) implements Serializable {

    /** Writes the ONNX models into the folder. */
    static Network write(Path bundle, Path folder, Path torchScript) throws IOException {
        byte[] onnx = ModelBundle.read(bundle).onnx();
        Network network = new Network(bundle.toFile(), folder.toFile(), torchScript.toFile());
        Files.write(network.onnx(), onnx);
        Files.write(network.openCv(), OpenCvNetwork.readable(onnx));
        return network;
    }

    Path onnx() {
        return folder.toPath().resolve("network.onnx");
    }

    /** For OpenCV: see {@link OpenCvNetwork}. */
    Path openCv() {
        return folder.toPath().resolve("opencv.onnx");
    }
}
