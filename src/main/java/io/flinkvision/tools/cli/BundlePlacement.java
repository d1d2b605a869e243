package io.flinkvision.tools.cli;

import io.flinkvision.core.bundle.BundleFile;
import io.flinkvision.core.bundle.BundleName;
import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.bundle.ModelImport;
import io.flinkvision.core.bundle.ModelsFolder;
import io.flinkvision.core.bundle.NewBundle;
import io.flinkvision.core.inference.Device;
import io.flinkvision.core.inference.SelfCheck;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/**
 * Puts a new bundle among the models once it has been loaded and tested.
 *
 * @param models the folder it goes to
 * @param force whether it replaces a bundle of the same name
 * @param command the command that prints the result
 */
record BundlePlacement(ModelsFolder models, boolean force, VisionCommand command) {

    /**
     * Makes a bundle from a file of weights, and prints a summary.
     *
     * @param adjust changes to what the file says
     */
    void place(ModelImport.Request request, UnaryOperator<NewBundle> adjust) {
        BundleName name = request.name();
        models.requireRoom(name, force);
        command.log("Reading " + request.file());
        ModelImport.Result result = ModelImport.read(request);
        result.remarks().forEach(remark -> command.log("Note: " + remark + "."));
        Path folder = put(name, fresh -> adjust.apply(result.bundle()).writeTo(fresh));
        ModelText.bundle(ModelBundle.read(folder)).forEach(command::print);
        command.print("source:  " + request.file() + ", sha256 " + BundleFile.digest(request.file()));
        command.log("Wrote " + folder + "; its name in commands and jobs is " + name);
    }

    /**
     * Puts a bundle among the models.
     *
     * @param content writes its files
     * @return its folder
     */
    Path put(BundleName name, ModelsFolder.Content content) {
        return models.put(name, force, fresh -> {
            content.writeTo(fresh);
            test(ModelBundle.read(fresh));
        });
    }

    /** Scores for a picture show that the network loads, and that its weights are finite. */
    private static void test(ModelBundle written) {
        SelfCheck.load(written, new Device.Cpu(), SelfCheck.TIME_LIMIT, classifier ->
                classifier.classify(SelfCheck.noise(written.preprocessing().inputSize()), 1)).close();
    }
}
