package io.flinkvision.core.teach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.flinkvision.core.bundle.BundleName;
import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.bundle.ModelImport;
import io.flinkvision.core.bundle.ModelImport.LabelSource;
import io.flinkvision.core.head.Head;
import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.core.inference.Label;
import io.flinkvision.core.teach.Teaching.Taught;
import io.flinkvision.core.teach.TeachingReport.Measured;
import io.flinkvision.core.image.View;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Teaches from sets of real photographs, and compares the accuracy on their test pictures with that of a reference
 * (scikit-learn's). The sets are not part of the project: they are read from the folder that the system property
 * {@code teach.dir} names, and the networks from {@code teach.models}.
 */
class RealPicturesTest {

    private static final Path SETS = Path.of(System.getProperty("teach.dir", "../shared/teach"));
    private static final Path MODELS = Path.of(System.getProperty("teach.models", "../shared/models"));
    private static final int THREADS = Integer.getInteger("teach.threads", 2);

    @TempDir
    static Path folder;

    /**
     * What to reach.
     *
     * @param model the network's folder
     * @param set the pictures' folder
     * @param pictures how many test pictures there are
     * @param right how many of them must get their label
     * @param likelihood the largest mean negative log-likelihood of the right labels
     */
    private record Goal(String model, String set, int pictures, int right, double likelihood) {

        /** Whether the test pictures are another camera's, as the sets' descriptions say. */
        boolean isAnotherCamera() {
            return set.equals("cnrpark") || set.equals("daynight");
        }
    }

    private static final List<Goal> GOALS = List.of(
            new Goal("imagenet-small", "clothing", 96, 67, 0.66 + 0.05),
            new Goal("imagenet-small", "grocery", 96, 77, 0.40 + 0.05),
            new Goal("imagenet-small", "cnrpark", 312, 244, 0.69 + 0.05),
            new Goal("imagenet-small", "parking-regions", 160, 156, 0.02 + 0.05),
            new Goal("imagenet-small", "daynight", 24, 23, 0.07 + 0.05),
            new Goal("triage", "clothing", 96, 69, Double.POSITIVE_INFINITY),
            new Goal("triage", "grocery", 96, 78, Double.POSITIVE_INFINITY),
            new Goal("triage", "cnrpark", 312, 221, Double.POSITIVE_INFINITY),
            new Goal("triage", "parking-regions", 160, 157, Double.POSITIVE_INFINITY),
            new Goal("triage", "daynight", 24, 23, Double.POSITIVE_INFINITY));

    @TestFactory
    Stream<DynamicTest> theLabelsOfNewPicturesAreAsOftenRightAsTheReferences() {
        return GOALS.stream().map(goal -> DynamicTest.dynamicTest(goal.model + " on " + goal.set, () -> reach(goal)));
    }

    private static void reach(Goal goal) throws IOException {
        assumeTrue(Files.isDirectory(SETS.resolve(goal.set)), "the pictures are not in " + SETS.toAbsolutePath());
        ModelBundle backbone = backbone(goal.model);
        ExampleReader.Reading training = read(backbone, goal.set, "train");
        List<Example> test = read(backbone, goal.set, "test").examples();

        Taught taught = Teaching.teach(TeachingSet.of(training.examples()),
                new Teaching.Request(goal.set, backbone.digest(), Instant.EPOCH), training.leftOut(), THREADS);

        int right = right(taught.head(), test);
        double likelihood = negativeLogLikelihood(taught.head(), test);
        Measured measured = taught.report().measured().orElseThrow();
        System.out.printf(Locale.ROOT, "%s on %s: %d of %d right, negative log-likelihood %.3f, C %s, temperature %.2f;"
                        + " held out: %.3f (%.3f to %.3f) right, %.2f with a twin, calibration error %.3f%n",
                goal.model, goal.set, right, test.size(), likelihood, taught.report().inverseRegularisation(),
                taught.report().temperature(), measured.accuracy().estimate(), measured.accuracy().low(),
                measured.accuracy().high(), measured.twins(), measured.calibrationError());
        assertThat(taught.report().leftOut()).isEmpty();
        assertThat(test).hasSize(goal.pictures);
        assertThat(right).as("right answers").isGreaterThanOrEqualTo(goal.right);
        assertThat(likelihood).as("negative log-likelihood").isLessThanOrEqualTo(goal.likelihood);
        assertThat(measured.flatters()).as("told that another camera may be worse").isEqualTo(goal.isAnotherCamera());
    }

    private static ModelBundle backbone(String model) throws IOException {
        if (model.equals("triage")) {
            return ModelBundle.read(Path.of("conf/models/triage"));
        }
        Path network = MODELS.resolve(model);
        assumeTrue(Files.isDirectory(network), "the network is not in " + MODELS.toAbsolutePath());
        Path bundle = folder.resolve(model);
        if (!Files.exists(bundle)) {
            Files.createDirectories(bundle);
            ModelImport.read(new ModelImport.Request(network.resolve("model.safetensors"),
                            new BundleName(model), Optional.empty(), Optional.empty(),
                            new LabelSource.TextFile(network.resolve("labels.txt")), OptionalInt.empty(),
                            Optional.empty(), Optional.empty(), List.of()))
                    .bundle().writeTo(bundle);
        }
        return ModelBundle.read(bundle);
    }

    private static ExampleReader.Reading read(ModelBundle backbone, String set, String part) {
        Path regions = SETS.resolve(set).resolve("regions.json");
        Path pictures = SETS.resolve(set).resolve(part);
        LabelledPictures labelled = Files.exists(regions)
                ? RegionFrames.read(pictures, regions) : PictureFolder.read(pictures, View.WHOLE);
        return new ExampleReader(backbone, DecodeLimits.DEFAULTS, files -> {}).read(labelled.pictures(), THREADS);
    }

    private static int right(Head head, List<Example> test) {
        return (int) test.stream()
                .filter(example -> head.answer(example.unit(), 1).labels().get(0).label().equals(example.label()))
                .count();
    }

    private static double negativeLogLikelihood(Head head, List<Example> test) {
        return test.stream()
                .mapToDouble(example -> head.answer(example.unit(), Integer.MAX_VALUE).labels().stream()
                        .filter(label -> label.label().equals(example.label()))
                        .mapToDouble(Label::score)
                        .map(score -> -Math.log(Math.max(score, Float.MIN_VALUE)))
                        .findFirst().orElseThrow())
                .average().orElseThrow();
    }
}
