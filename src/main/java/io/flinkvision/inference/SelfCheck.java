package io.flinkvision.inference;

import io.flinkvision.image.RgbImage;
import io.flinkvision.model.ModelBundle;
import java.util.List;
import java.util.Random;

/** What shows, without a picture of anything, that a network which could be loaded also works. */
public final class SelfCheck {

    private SelfCheck() {}

    /**
     * Classifies the same picture twice.
     *
     * @param classifier the bundle's network
     * @throws InferenceException if a score is not finite or no probability, or the second answer is another one
     */
    public static void require(Classifier classifier, ModelBundle bundle) {
        RgbImage noise = noise(bundle.preprocessing().inputSize());
        int classes = bundle.labels().size();
        List<Label> first = classifier.classify(noise, classes);
        if (!classifier.classify(noise, classes).equals(first)) {
            throw new InferenceException("The network of " + bundle.name() + " gives the same picture other scores the"
                    + " second time");
        }
    }

    /**
     * A picture of noise, the same each time.
     *
     * @param size of each side, in pixels
     */
    public static RgbImage noise(int size) {
        byte[] samples = new byte[3 * size * size];
        new Random(0).nextBytes(samples);
        return new RgbImage(size, size, samples);
    }
}
