package io.flinkvision.tools.bench;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.head.Backbone;
import io.flinkvision.core.head.Head;
import io.flinkvision.core.head.HeadDescription;
import io.flinkvision.core.image.RegionBox;
import io.flinkvision.job.record.Region;
import io.flinkvision.job.record.RegionKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

/** Regions with heads of random weights: what they answer is nonsense, what they cost is not. */
final class BenchRegions {

    private static final RegionBox WHOLE = new RegionBox(0, 0, 1, 1);

    /** As for a question of yes and no. */
    private static final List<String> LABELS = List.of("yes", "no");

    /** Regions are cells of a grid of so many rows. */
    private static final int MAX_ROWS = 5;

    private BenchRegions() {}

    /**
     * One region of each camera: its whole pictures, with a head of its own.
     *
     * @throws io.flinkvision.core.weights.ModelException if the model's network cannot have heads
     */
    static List<Region> ofEachCamera(ModelBundle bundle, int cameras) {
        Backbone backbone = Backbone.of(bundle);
        return IntStream.range(0, cameras)
                .mapToObj(number -> region(BrokerTopics.camera(number) + "/whole", WHOLE, backbone, number))
                .toList();
    }

    /**
     * Regions of all cameras, side by side, each with a head of its own.
     *
     * @param number 0, 1, or a multiple of the rows of the grid: 2 for up to 8 regions, and 5 beyond
     * @throws io.flinkvision.core.weights.ModelException if the model's network cannot have heads
     */
    static List<Region> ofEachPicture(ModelBundle bundle, int number) {
        if (number == 0) {
            return List.of();
        }
        Backbone backbone = Backbone.of(bundle);
        int rows = number == 1 ? 1 : number <= 8 ? 2 : MAX_ROWS;
        int columns = number / rows;
        return IntStream.range(0, number)
                .mapToObj(i -> region(RegionKey.ALL_CAMERAS + "/cell-" + i,
                        new RegionBox((double) (i % columns) / columns, (double) (i / columns) / rows, 1.0 / columns,
                                1.0 / rows),
                        backbone, i))
                .toList();
    }

    private static Region region(String key, RegionBox box, Backbone backbone, int seed) {
        return new Region(RegionKey.parse(key), box, Optional.empty(), Optional.of(head(backbone, seed)));
    }

    private static Head head(Backbone backbone, int seed) {
        Random random = new Random(seed);
        int weights = LABELS.size() * backbone.features();
        return Head.of(
                new HeadDescription("random-" + seed, LABELS, backbone.digest(), 1, Optional.of(2.0), Instant.EPOCH, 0,
                        Optional.empty()),
                numbers(random, weights), numbers(random, LABELS.size()), numbers(random, weights));
    }

    private static float[] numbers(Random random, int count) {
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = (float) random.nextGaussian();
        }
        return numbers;
    }
}
