package io.flinkvision.core.inference;

import io.flinkvision.SideBySide;
import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.image.RgbImage;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;

/**
 * Compares how many pictures {@link FeatureClassifier} takes at once, and with a whole network that takes one by one,
 * by the CPU time of one thread: a bundle, and the number of rounds.
 */
final class FeatureBatchesCheck {

    /** Pictures per turn: as many as the largest batch, so that all turns do the same work. */
    private static final int PICTURES = 16;

    private static final int WARM_UP_ROUNDS = 3;
    private static final int ROUNDS = 61;

    private FeatureBatchesCheck() {}

    public static void main(String[] arguments) {
        ModelBundle bundle = ModelBundle.read(Path.of(arguments[0]));
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : ROUNDS;
        RgbImage noise = SelfCheck.noise(bundle.preprocessing().inputSize());
        List<RgbImage> pictures = Collections.nCopies(PICTURES, noise);
        SideBySide forms = new SideBySide(ManagementFactory.getThreadMXBean()::getCurrentThreadCpuTime);
        for (int batch : new int[] {1, 2, 3, 4, 6, 8, 16}) {
            FeatureClassifier classifier = FeatureClassifier.load(bundle, new Device.Cpu(), batch);
            forms.add("features, " + batch + " at once", () -> classifier.features(pictures));
        }
        FeatureClassifier parts = FeatureClassifier.load(bundle, new Device.Cpu());
        forms.add("features and labels, as it is", () ->
                parts.features(pictures).forEach(features -> parts.classify(features, 1)));
        Classifier whole = Classifier.load(bundle);
        forms.add("whole network, one by one", () -> pictures.forEach(picture -> whole.classify(picture, 1)));
        forms.run(WARM_UP_ROUNDS, rounds, System.out);
    }
}
