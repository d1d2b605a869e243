package io.flinkvision.cli;

import io.flinkvision.image.RgbImage;
import io.flinkvision.inference.Classifier;
import io.flinkvision.model.BundleName;
import io.flinkvision.model.ModelBundle;
import io.flinkvision.model.ModelImport;
import io.flinkvision.model.ModelsFolder;
import io.flinkvision.model.NewBundle;
import io.flinkvision.model.Sha256;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
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
        out.println("made of: " + request.file() + ", sha256 " + Sha256.of(request.file()));
        out.flush();
        err.println("It is in " + folder + ", and is called " + name + " in all commands and jobs.");
        err.flush();
    }

    /** A grey picture: that there are scores for it shows that the network loads, and that its weights are numbers. */
    private static void writeAndTry(NewBundle bundle, Path folder) throws IOException {
        bundle.writeTo(folder);
        ModelBundle written = ModelBundle.read(folder);
        int size = written.preprocessing().inputSize();
        byte[] samples = new byte[3 * size * size];
        Arrays.fill(samples, (byte) 0x80);
        try (Classifier classifier = Classifier.load(written)) {
            classifier.classify(new RgbImage(size, size, samples), 1);
        }
    }
}
