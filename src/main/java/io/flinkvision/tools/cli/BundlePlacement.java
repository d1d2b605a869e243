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
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/**
 * Makes a bundle from a file of weights, and puts it among the models once it has been loaded and tested.
 *
 * @param models the folder it goes to
 * @param force whether it replaces a bundle of the same name
 * @param command the command that prints the result
 */
record BundlePlacement(ModelsFolder models, boolean force, VisionCommand command) {

    /**
     * Reads the file, writes the bundle, and prints a summary.
     *
     * @param adjust changes to what the file says
     */
    void place(ModelImport.Request request, UnaryOperator<NewBundle> adjust) {
        BundleName name = request.name();
        models.requireRoom(name, force);
        command.log("Reading " + request.file());
        ModelImport.Result result = ModelImport.read(request);
        result.remarks().forEach(remark -> command.log("Note: " + remark + "."));
        Path folder = models.put(name, force, fresh -> writeAndTest(adjust.apply(result.bundle()), fresh));
        ModelText.bundle(ModelBundle.read(folder)).forEach(command::print);
        command.print("source:  " + request.file() + ", sha256 " + BundleFile.digest(request.file()));
        command.log("Wrote " + folder + "; its name in commands and jobs is " + name);
    }

    /** Scores for a picture show that the network loads, and that its weights are finite. */
    private static void writeAndTest(NewBundle bundle, Path folder) throws IOException {
        bundle.writeTo(folder);
        ModelBundle written = ModelBundle.read(folder);
        SelfCheck.load(written, new Device.Cpu(), SelfCheck.TIME_LIMIT, classifier ->
                classifier.classify(SelfCheck.noise(written.preprocessing().inputSize()), 1)).close();
    }
}
