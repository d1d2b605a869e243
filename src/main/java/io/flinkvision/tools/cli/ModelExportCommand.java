package io.flinkvision.tools.cli;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.bundle.OnnxMetadata;
import io.flinkvision.core.weights.OnnxModel;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code vision model export}: writes the network that the job runs as an ONNX file. */
@Command(
        name = "export",
        description = {
            "Write the network that the job runs as an ONNX model.",
            "Its metadata holds the labels and the preprocessing, under the keys of model.yaml with the prefix"
                    + " 'flink-vision.'."
        })
final class ModelExportCommand extends VisionCommand implements Runnable {

    @Parameters(index = "0", paramLabel = "BUNDLE", description = "A model bundle: a folder, or a name in conf/models.")
    private String bundle;

    @Parameters(index = "1", paramLabel = "FILE", description = "The file to write; its name must end in .onnx.")
    private Path file;

    @Option(names = "--force", description = "Overwrite an existing file.")
    private boolean force;

    @Override
    public void run() {
        if (!OnnxModel.isNamedSo(file)) {
            throw wrongUse("The name of the file must end in .onnx, unlike " + file);
        }
        ModelBundle model = model(bundle);
        byte[] onnx = OnnxMetadata.export(model);
        new NewFile(file, force).write(onnx);
        log("Wrote " + file + ", " + onnx.length + " bytes.");
        if (!model.licences().isEmpty()) {
            log("Files that must stay with the weights are in " + model.folder() + ": "
                    + String.join(", ", model.licences()) + ".");
        }
    }
}
