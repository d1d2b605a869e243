package io.flinkvision.tools.cli;

import io.flinkvision.core.bundle.BundleName;
import io.flinkvision.core.bundle.ModelBundle.Weights;
import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.bundle.PlainBundle;
import io.flinkvision.core.bundle.TaughtBundle;
import io.flinkvision.core.image.View;
import io.flinkvision.core.teach.ExampleReader.Layer;
import io.flinkvision.core.teach.ExampleReader;
import io.flinkvision.core.teach.FeatureFile;
import io.flinkvision.core.teach.LabelledPictures;
import io.flinkvision.core.teach.PictureFolder;
import io.flinkvision.core.teach.PlainTeaching;
import io.flinkvision.core.teach.Teaching.Taught;
import io.flinkvision.tools.ToolException;
import io.flinkvision.tools.teach.KeptFeatures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The part of {@code vision teach} that makes models, which answer for whole pictures.
 *
 * @param command reads, teaches and reports
 * @param folder of the pictures
 * @param force whether an existing model is replaced
 */
record ModelTeaching(TeachCommand command, Path folder, boolean force) {

    /** Makes a bundle of the backbone and a head. */
    void teach(String title) {
        BundleName model = bundleName(title);
        BundlePlacement placement = placement(model, force);
        LabelledPictures pictures = pictures();
        ModelBundle backbone = command.backbone();
        FeatureFile known = KeptFeatures.beside(placement.models().bundle(model))
                .of(FeatureFile.Network.of(backbone), command::log);
        Taught taught = place(placement, model, backbone, command.readToTeach(pictures, backbone, known));
        report(placement, model, taught, pictures);
    }

    /** Makes an ordinary checkpoint of the backbone's family. */
    void plain(String title) {
        BundleName model = bundleName(title);
        BundlePlacement placement = placement(model, force);
        LabelledPictures pictures = pictures();
        ModelBundle backbone = command.backbone();
        PlainBundle checkpoint = PlainBundle.of(backbone);
        ExampleReader.Reading reading = command.read(pictures, backbone,
                new FeatureFile(FeatureFile.Network.of(backbone), List.of()), Layer.HIDDEN);
        PlainTeaching layer = command.timed(reading, () -> PlainTeaching.teach(reading.examples(),
                TeachCommand.request(model.text(), backbone), reading.leftOut(), command.threads()),
                PlainTeaching::taught);
        placement.put(model, fresh -> checkpoint.writeTo(fresh, model,
                layer.taught().head().description().labels(), layer.weight(), layer.bias()));
        command.log("An ordinary checkpoint keeps no features: more is taught only from all pictures together.");
        report(placement, model, layer.taught(), pictures);
    }

    /**
     * Teaches a bundle more: its network stays, and its head is taught anew from its own pictures and those that come.
     *
     * @param name of the new bundle; empty to replace the one before
     */
    void more(ModelBundle before, Optional<String> name) {
        if (!(before.weights() instanceof Weights.Taught)) {
            throw new ToolException(before.folder() + " has no head that was taught on its network, but is an ordinary"
                    + " checkpoint or a model that was trained elsewhere; it cannot be taught more. Teach a model from"
                    + " all pictures together");
        }
        BundleName model = bundleName(
                name.orElseGet(() -> before.folder().toAbsolutePath().normalize().getFileName().toString()));
        BundlePlacement placement = placement(model, force || name.isEmpty() && isIn(before.folder(), model));
        LabelledPictures pictures = PictureFolder.read(folder, View.WHOLE);
        ExampleReader.Reading reading = command.moreThan(KeptFeatures.beside(before.folder()), before, pictures);
        report(placement, model, place(placement, model, before, reading), pictures);
    }

    private LabelledPictures pictures() {
        LabelledPictures pictures = PictureFolder.read(folder, View.WHOLE);
        pictures.requireTeachable();
        return pictures;
    }

    private BundleName bundleName(String title) {
        try {
            return new BundleName(title);
        } catch (IllegalArgumentException e) {
            throw command.wrongUse(e.getMessage() + "; give another one with --name");
        }
    }

    private BundlePlacement placement(BundleName model, boolean replace) {
        BundlePlacement placement = new BundlePlacement(ProjectHome.current().models(), replace, command);
        placement.models().requireRoom(model, replace);
        command.requireRoom();
        return placement;
    }

    /** Whether it is the model of that name in conf/models. */
    private static boolean isIn(Path bundle, BundleName model) {
        Path named = ProjectHome.current().models().bundle(model);
        try {
            return Files.exists(named) && Files.isSameFile(named, bundle);
        } catch (IOException e) {
            throw new ToolException(bundle + " cannot be read: " + e.getMessage(), e);
        }
    }

    private Taught place(
            BundlePlacement placement, BundleName model, ModelBundle backbone, ExampleReader.Reading reading) {
        FeatureFile features = new FeatureFile(FeatureFile.Network.of(backbone), reading.pictures());
        Taught taught = command.teach(model.text(), backbone, reading);
        Path bundle = placement.put(model,
                fresh -> new TaughtBundle(model, backbone, taught.head().bytes()).writeTo(fresh));
        KeptFeatures.beside(bundle).keep(features, command::log);
        return taught;
    }

    private void report(BundlePlacement placement, BundleName model, Taught taught, LabelledPictures pictures) {
        Path place = placement.models().bundle(model);
        command.report(taught, pictures, text -> text.json(place).put("digest", ModelBundle.read(place).digest()));
        command.log("A model gives every whole picture one of its labels; only the head of a region tells what is"
                + " unknown.");
        command.log("Wrote " + place + "; its name in commands and jobs is " + model);
    }
}
