package io.flinkvision.tools.cli;

import io.flinkvision.core.bundle.BundleFile;
import io.flinkvision.core.bundle.BundleName;
import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.bundle.ModelImport;
import io.flinkvision.core.bundle.ModelsFolder;
import io.flinkvision.core.bundle.NewBundle;
import io.flinkvision.core.inference.Device;
import io.flinkvision.core.inference.SelfCheck;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import picocli.CommandLine;

/**
 * Makes a bundle of a file of weights, and puts it among the models once it has been loaded and tried.
 *
 * @param models where it goes
 * @param force whether it replaces a bundle of its name
 * @param command whose output is written
 */
record BundlePlacement(ModelsFolder models, boolean force, CommandLine command) {

    /**
     * Reads the file, writes the bundle, and prints what it is.
     *
     * @param adjust what is changed in what the file tells
     */
    void place(ModelImport.Request request, UnaryOperator<NewBundle> adjust) {
        BundleName name = request.name();
        models.requireRoom(name, force);
        PrintWriter err = command.getErr();
        err.println("Reading " + request.file());
        ModelImport.Result result = ModelImport.read(request);
        result.remarks().forEach(remark -> err.println("Note: " + remark + "."));
        err.flush();
        Path folder = models.put(name, force, fresh -> writeAndTry(adjust.apply(result.bundle()), fresh));
        PrintWriter out = command.getOut();
        BundleText.lines(ModelBundle.read(folder)).forEach(out::println);
        out.println("made of: " + request.file() + ", sha256 " + BundleFile.digest(request.file()));
        out.flush();
        err.println("It is in " + folder + ", and is called " + name + " in all commands and jobs.");
        err.flush();
    }

    /** That there are scores for a picture shows that the network loads, and that its weights are numbers. */
    private static void writeAndTry(NewBundle bundle, Path folder) throws IOException {
        bundle.writeTo(folder);
        ModelBundle written = ModelBundle.read(folder);
        SelfCheck.load(written, new Device.Cpu(), SelfCheck.TIME_LIMIT, classifier ->
                classifier.classify(SelfCheck.noise(written.preprocessing().inputSize()), 1)).close();
    }
}
