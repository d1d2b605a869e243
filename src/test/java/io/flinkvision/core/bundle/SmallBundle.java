package io.flinkvision.core.bundle;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.flinkvision.core.inference.SmallNetwork;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Bundles of some hundred bytes, whose network gives every picture the same scores. */
public final class SmallBundle {

    private SmallBundle() {}

    /**
     * Writes a bundle that stretches pictures to its input, as the model does that comes with the project.
     *
     * @param folder a folder that is not there yet, whose name the model gets
     * @param logits of classes that are called 0, 1, ...
     */
    public static Path write(Path folder, int inputSize, float... logits) {
        try {
            Files.createDirectories(folder);
            Files.writeString(folder.resolve("model.yaml"), "name: " + folder.getFileName()
                    + "\nweights: net.onnx\npreprocessing: {input-size: " + inputSize + ", resize: stretch}\n");
            Files.writeString(folder.resolve("labels.txt"), IntStream.range(0, logits.length)
                    .mapToObj(Integer::toString).collect(Collectors.joining("\n", "", "\n")));
            Files.write(folder.resolve("net.onnx"),
                    SmallNetwork.model(SmallNetwork.graph(new float[3 * logits.length], logits)
                            .addInput(SmallNetwork.value("input", DataType.FLOAT, -1, 3, -1, -1))
                            .addOutput(SmallNetwork.value("logits", DataType.FLOAT, -1, logits.length))));
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
