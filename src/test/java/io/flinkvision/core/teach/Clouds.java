package io.flinkvision.core.teach;

import io.flinkvision.core.image.ImageFingerprint;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

/** Examples whose features lie around a centre for each label, instead of pictures'. */
final class Clouds {

    static final int FEATURES = 13;

    private final Random random = new Random(7);
    private final double spread;
    private final List<Example> examples = new ArrayList<>();

    /** @param spread of the clouds; their centres are at most 1.4 apart */
    Clouds(double spread) {
        this.spread = spread;
    }

    /** Adds pictures of a label, each of which looks different. */
    Clouds add(String label, int pictures) {
        return add(label, pictures, Optional.empty());
    }

    /** Adds pictures of a label in a group. */
    Clouds add(String label, int pictures, Optional<String> group) {
        for (int i = 0; i < pictures; i++) {
            examples.add(example(label, group, randomFingerprint()));
        }
        return this;
    }

    /** Adds pictures of a label that look the same but for some noise. */
    Clouds addNearDuplicates(String label, int pictures) {
        byte[] cells = randomFingerprint().cells();
        for (int i = 0; i < pictures; i++) {
            byte[] noisy = cells.clone();
            for (int cell = 0; cell < noisy.length; cell++) {
                noisy[cell] = (byte) Math.min(255, (noisy[cell] & 0xff) + random.nextInt(4));
            }
            examples.add(example(label, Optional.empty(), new ImageFingerprint(noisy)));
        }
        return this;
    }

    /** Adds scenes of a label, and of each some pictures that differ in looks and hardly in features. */
    Clouds addScenes(String label, int scenes, int picturesEach) {
        for (int scene = 0; scene < scenes; scene++) {
            float[] unit = unit(label, spread);
            for (int i = 0; i < picturesEach; i++) {
                float[] almost = unit.clone();
                almost[0] += 0.001f * i;
                examples.add(new Example(label + "/" + examples.size() + ".jpg", label, Optional.empty(), digest(),
                        randomFingerprint(), almost));
            }
        }
        return this;
    }

    /** A picture of one label that has another's features. */
    Example mislabelled(String label, String looksLike) {
        return new Example(label + "/wrong.jpg", label, Optional.empty(), digest(), randomFingerprint(),
                unit(looksLike, spread / 4));
    }

    List<Example> list() {
        return List.copyOf(examples);
    }

    TeachingSet set() {
        return TeachingSet.of(examples);
    }

    private Example example(String label, Optional<String> group, ImageFingerprint fingerprint) {
        return new Example(label + "/" + examples.size() + ".jpg", label, group, digest(), fingerprint,
                unit(label, spread));
    }

    private String digest() {
        return String.format("%016x%016x%016x%016x", random.nextLong(), random.nextLong(), random.nextLong(),
                random.nextLong());
    }

    private ImageFingerprint randomFingerprint() {
        byte[] cells = new byte[ImageFingerprint.SIDE * ImageFingerprint.SIDE];
        random.nextBytes(cells);
        return new ImageFingerprint(cells);
    }

    private float[] unit(String label, double width) {
        double[] features = IntStream.range(0, FEATURES)
                .mapToDouble(i -> 0.5 + width * random.nextGaussian())
                .toArray();
        features[Math.floorMod(label.hashCode(), FEATURES)] += 1;
        double length = Math.sqrt(IntStream.range(0, FEATURES).mapToDouble(i -> features[i] * features[i]).sum());
        float[] unit = new float[FEATURES];
        for (int i = 0; i < FEATURES; i++) {
            unit[i] = (float) (features[i] / length);
        }
        return unit;
    }
}
