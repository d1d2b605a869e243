package io.flinkvision.tools.cli;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.core.image.Reduction;
import io.flinkvision.core.image.RegionBox;
import io.flinkvision.core.image.View;
import io.flinkvision.core.teach.Augmentation;
import io.flinkvision.core.teach.ExampleReader.Layer;
import io.flinkvision.core.teach.ExampleReader;
import io.flinkvision.core.teach.FeatureFile;
import io.flinkvision.core.teach.LabelledPictures;
import io.flinkvision.core.teach.PictureFolder;
import io.flinkvision.core.teach.RegionFile;
import io.flinkvision.core.teach.RegionFrames;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Option;

/** A command that computes the features of labelled pictures, as a job does. */
abstract class LabelledPicturesCommand extends VisionCommand {

    private static final String BACKBONE = "--backbone";

    @Option(names = BACKBONE, paramLabel = "BUNDLE", defaultValue = ProjectHome.DEFAULT_BUNDLE,
            description = "The model whose features are used, which must be the job's: a folder, or a name in"
                    + " conf/models (default: ${DEFAULT-VALUE}).")
    private String backbone;

    @Option(names = "--regions", paramLabel = "FILE",
            description = "Take regions of whole frames: DIR has a folder 'frames', and 'labels.csv' with the lines"
                    + " 'frame,region,label'; this JSON file has the regions' boxes.")
    private Optional<Path> regions = Optional.empty();

    final ModelBundle backbone() {
        return model(backbone);
    }

    /** The model that the command line names; empty if it does not. */
    final Optional<ModelBundle> givenBackbone() {
        return commandLine().getParseResult().hasMatchedOption(BACKBONE) ? Optional.of(backbone()) : Optional.empty();
    }

    /** Whether a file has the regions of whole frames. */
    final boolean hasRegionsFile() {
        return regions.isPresent();
    }

    /**
     * The pictures of a folder, by their names, as heads see them: regions of a picture, which are stretched to the
     * network's input.
     */
    final LabelledPictures list(Path folder) {
        return regions.map(file -> RegionFrames.read(folder, file))
                .orElseGet(() -> PictureFolder.read(folder, new View.Region(RegionBox.WHOLE)));
    }

    /** What a folder of pictures says about their region; empty if it does not, or a file has the regions. */
    final Optional<RegionFile> describedRegion(Path folder) {
        return regions.isPresent() ? Optional.empty() : RegionFile.in(folder);
    }

    final int threads() {
        return Runtime.getRuntime().availableProcessors();
    }

    /** Decodes pictures and computes their features, and shows how far it is. */
    final ExampleReader.Reading read(LabelledPictures pictures, ModelBundle bundle) {
        return read(pictures, bundle, new FeatureFile(FeatureFile.Network.of(bundle), List.of()));
    }

    /** Decodes pictures and computes their features, unless these are known, and shows how far it is. */
    final ExampleReader.Reading read(LabelledPictures pictures, ModelBundle bundle, FeatureFile known) {
        return read(pictures, bundle, known, Augmentation.NONE);
    }

    /** The features of the pictures and of their further views, likewise. */
    final ExampleReader.Reading read(
            LabelledPictures pictures, ModelBundle bundle, FeatureFile known, Augmentation augmentation) {
        return read(pictures, bundle, known, Layer.POOLED, augmentation);
    }

    /** The features of a layer, likewise. */
    final ExampleReader.Reading read(
            LabelledPictures pictures, ModelBundle bundle, FeatureFile known, Layer layer) {
        return read(pictures, bundle, known, layer, Augmentation.NONE);
    }

    private ExampleReader.Reading read(LabelledPictures pictures, ModelBundle bundle, FeatureFile known, Layer layer,
            Augmentation augmentation) {
        augmentation.requireFew(pictures);
        int files = pictures.pictures().size();
        PictureProgress progress =
                new PictureProgress(err(), Terminal.isStandardError(), files, InstantSource.system());
        long start = System.nanoTime();
        ExampleReader reader = new ExampleReader(
                bundle, DecodeLimits.DEFAULTS, Reduction.DEFAULT, progress::advanced, layer, augmentation);
        ExampleReader.Reading reading = reader.read(pictures.pictures(), known, threads());
        progress.finished();
        log("Read " + files + " files in " + seconds(start)
                + (reading.known() > 0 ? "; the features of " + reading.known() + " pictures were known." : "."));
        return reading.after(pictures.leftOut());
    }

    /** {@code 2.3 s}. */
    static String seconds(long startNanos) {
        return String.format(Locale.ROOT, "%.1f s", (System.nanoTime() - startNanos) / 1e9);
    }
}
