package io.flinkvision.tools.cli;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.bundle.OnnxMetadata;
import io.flinkvision.core.weights.ModelException;
import io.flinkvision.core.weights.OnnxModel;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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
        write(onnx);
        log("Wrote " + file + ", " + onnx.length + " bytes.");
        if (!model.licences().isEmpty()) {
            log("Files that must stay with the weights are in " + model.folder() + ": "
                    + String.join(", ", model.licences()) + ".");
        }
    }

    private void write(byte[] onnx) {
        OpenOption[] options = force
                ? new OpenOption[] {StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE}
                : new OpenOption[] {StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE};
        try {
            Files.write(file, onnx, options);
        } catch (FileAlreadyExistsException e) {
            throw new ModelException(file + " exists already; use --force to overwrite it", e);
        } catch (NoSuchFileException e) {
            throw new ModelException(file + " cannot be written: its folder does not exist", e);
        } catch (IOException e) {
            throw new ModelException(file + " cannot be written: " + e.getMessage(), e);
        }
    }
}
