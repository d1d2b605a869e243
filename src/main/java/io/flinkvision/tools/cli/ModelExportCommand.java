package io.flinkvision.tools.cli;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.bundle.OnnxMetadata;
import io.flinkvision.core.weights.ModelException;
import io.flinkvision.core.weights.OnnxModel;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vision model export}: the network that the job runs, for any other runtime. */
@Command(
        name = "export",
        description = {
            "Write the network that the job runs as an ONNX model.",
            "Its metadata tell the labels and how a picture is prepared, under the keys of model.yaml, each after"
                    + " 'flink-vision.'."
        })
final class ModelExportCommand implements Runnable {

    @Parameters(index = "0", paramLabel = "BUNDLE", description = "A model bundle: a folder, or a name in conf/models.")
    private String bundle;

    @Parameters(index = "1", paramLabel = "FILE", description = "The file to write, which ends in .onnx.")
    private Path file;

    @Option(names = "--force", description = "Write over a file that is there.")
    private boolean force;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        if (!OnnxModel.isNamedSo(file)) {
            throw new ParameterException(spec.commandLine(), "The file must end in .onnx, not be called " + file);
        }
        ModelBundle model = new ModelArgument(bundle).read(spec.commandLine());
        byte[] onnx = OnnxMetadata.export(model);
        write(onnx);
        PrintWriter err = spec.commandLine().getErr();
        err.println("Wrote " + file + ", " + onnx.length + " bytes.");
        if (!model.licences().isEmpty()) {
            err.println("What must stay with the weights is in " + model.folder() + ": "
                    + String.join(", ", model.licences()) + ".");
        }
        err.flush();
    }

    private void write(byte[] onnx) {
        OpenOption[] options = force
                ? new OpenOption[] {StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE}
                : new OpenOption[] {StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE};
        try {
            Files.write(file, onnx, options);
        } catch (FileAlreadyExistsException e) {
            throw new ModelException(file + " is there already; --force writes over it", e);
        } catch (NoSuchFileException e) {
            throw new ModelException(file + " cannot be written: there is no such folder", e);
        } catch (IOException e) {
            throw new ModelException(file + " cannot be written: " + e.getMessage(), e);
        }
    }
}
