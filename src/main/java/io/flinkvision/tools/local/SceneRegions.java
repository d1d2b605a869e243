package io.flinkvision.tools.local;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.camera.FrameSource.TestScene;
import io.flinkvision.core.camera.TestSceneDrawing.Disc;
import io.flinkvision.core.camera.TestSceneDrawing;
import io.flinkvision.core.head.Head;
import io.flinkvision.core.head.HeadDescription;
import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.core.image.DecodeOutcome.Decoded;
import io.flinkvision.core.image.ImageDecoder;
import io.flinkvision.core.image.RegionBox;
import io.flinkvision.core.image.View;
import io.flinkvision.core.inference.Device;
import io.flinkvision.core.inference.FeatureClassifier;
import io.flinkvision.job.record.Region;
import io.flinkvision.job.record.RegionKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Two regions of a test scene with a head each: where the disc is in the left half, and whether it is in the right one.
 * The heads are taught at once from the scene's own pictures. A head's weights are the unit centroids of its labels'
 * features, so it answers with the nearest centroid: the simplest head there is, and enough for pictures that were
 * drawn.
 */
final class SceneRegions {

    private static final RegionBox LEFT_HALF = new RegionBox(0, 0.4, 0.5, 0.55);
    private static final RegionBox RIGHT_HALF = new RegionBox(0.5, 0.4, 0.5, 0.55);

    /** Every other frame: the ones between show whether a head has learnt more than its pictures. */
    private static final int STEP = 2;

    /** Cosines of like pictures differ by some hundredths; this makes probabilities of them that tell labels apart. */
    private static final float SHARPNESS = 60;

    /** A question to a region. */
    private enum Question {
        LEFT("left", LEFT_HALF) {
            @Override
            String answer(Disc disc) {
                return disc.right() <= 0.5 ? "disc" : disc.left() < 0.5 ? "part of the disc" : "empty";
            }
        },
        RIGHT("right", RIGHT_HALF) {
            @Override
            String answer(Disc disc) {
                return disc.left() + disc.right() >= 1 ? "occupied" : "free";
            }
        };

        private final String region;
        private final RegionBox box;

        Question(String region, RegionBox box) {
            this.region = region;
            this.box = box;
        }

        /** The true label of a picture with the disc at a place. */
        abstract String answer(Disc disc);
    }

    private SceneRegions() {}

    /**
     * Teaches the regions of a scene; it takes a second or two.
     *
     * @param bundle of the network that the job runs
     * @throws io.flinkvision.core.weights.ModelException if heads cannot be taught on the network
     */
    static List<Region> teach(TestScene scene, ModelBundle bundle, Instant now) {
        TestSceneDrawing drawing = new TestSceneDrawing(scene);
        List<Region> regions = new ArrayList<>();
        try (FeatureClassifier network = FeatureClassifier.load(bundle, new Device.Cpu());
                ImageDecoder decoder = new ImageDecoder(DecodeLimits.DEFAULTS, bundle.preprocessing())) {
            for (Question question : Question.values()) {
                Map<String, Centroid> centroids = new LinkedHashMap<>();
                for (int frame = 0; frame < TestSceneDrawing.FRAMES_TO_AND_FRO; frame += STEP) {
                    centroids.computeIfAbsent(question.answer(drawing.disc(frame)),
                            label -> new Centroid(network.features()))
                            .add(features(drawing.jpeg(frame), question.box, decoder, network));
                }
                regions.add(new Region(new RegionKey(scene.name(), question.region), question.box, Optional.empty(),
                        Optional.of(head(question.region + " half of " + scene.name(), centroids, bundle, now))));
            }
        }
        return regions;
    }

    private static float[] features(byte[] jpeg, RegionBox box, ImageDecoder decoder, FeatureClassifier network) {
        if (decoder.decode(jpeg, List.of(new View.Region(box))) instanceof Decoded decoded) {
            return network.features(decoded.views()).get(0).unit();
        }
        throw new IllegalStateException("A picture of the test scene cannot be decoded");
    }

    private static Head head(String name, Map<String, Centroid> centroids, ModelBundle bundle, Instant now) {
        int features = centroids.values().iterator().next().sums.length;
        float[] units = new float[centroids.size() * features];
        float[] weight = new float[units.length];
        int start = 0;
        int pictures = 0;
        for (Centroid centroid : centroids.values()) {
            centroid.writeUnit(units, start);
            start += features;
            pictures += centroid.pictures;
        }
        for (int i = 0; i < units.length; i++) {
            weight[i] = SHARPNESS * units[i];
        }
        // Without an accuracy, as none was measured, and without a threshold, as every picture of the scene is alike.
        HeadDescription description = new HeadDescription(name, List.copyOf(centroids.keySet()), bundle.digest(), 1,
                Optional.empty(), now, pictures, Optional.empty());
        return Head.of(description, weight, new float[centroids.size()], units);
    }

    /** The sum of the features of one label's pictures. */
    private static final class Centroid {
        private final double[] sums;
        private int pictures;

        Centroid(int features) {
            this.sums = new double[features];
        }

        void add(float[] unit) {
            for (int i = 0; i < sums.length; i++) {
                sums[i] += unit[i];
            }
            pictures++;
        }

        void writeUnit(float[] target, int start) {
            double squares = 0;
            for (double sum : sums) {
                squares += sum * sum;
            }
            for (int i = 0; i < sums.length; i++) {
                target[start + i] = (float) (sums[i] / Math.sqrt(squares));
            }
        }
    }
}
