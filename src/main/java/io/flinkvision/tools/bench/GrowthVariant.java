package io.flinkvision.tools.bench;

import io.flinkvision.core.bundle.ModelBundle;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * A job that is measured beside those that differ from it along one dimension.
 *
 * @param at where it is on that dimension's axis
 * @param size of its pictures
 * @param job the rest
 */
record GrowthVariant(String at, Size size, JobVariant job) {

    /** What all others than the sizes' variants have. */
    static final Size BASE_SIZE = new Size(640, 480);

    private static final int BASE_TOP_K = 5;
    private static final List<Size> SIZES =
            List.of(new Size(320, 240), BASE_SIZE, new Size(1280, 720), new Size(1920, 1080));

    /**
     * Those of one dimension, in the order of the axis.
     *
     * @param models at least one; all but the models' variants have the first
     * @param cameras the numbers of cameras
     * @throws IOException if the weights of a model cannot be found
     */
    static List<GrowthVariant> of(Dimension dimension, List<ModelBundle> models, List<Integer> cameras)
            throws IOException {
        JobVariant base = base(models.get(0), 1);
        int classes = models.get(0).labels().size();
        return switch (dimension) {
            case SIZE -> SIZES.stream().map(size -> new GrowthVariant(size.toString(), size, base)).toList();
            case PARALLELISM -> IntStream.of(1, 2, 4)
                    .mapToObj(number -> at(number, base(models.get(0), number))).toList();
            case CAMERAS -> cameras.stream().map(number -> at(number, base.withCameras(number))).toList();
            case PARTITIONS -> IntStream.of(1, 2, 8, 32)
                    .mapToObj(number -> at(number, base.withPartitions(number))).toList();
            case TOP_K -> IntStream.of(1, BASE_TOP_K, 100, classes).filter(number -> number <= classes)
                    .sorted().distinct().mapToObj(number -> at(number, base.withTopK(number))).toList();
            case MODEL -> models(models);
        };
    }

    private static List<GrowthVariant> models(List<ModelBundle> models) throws IOException {
        List<GrowthVariant> variants = new ArrayList<>();
        for (ModelBundle model : models) {
            String at = String.format(Locale.ROOT, "%s (%.1f MB)", model.name(),
                    Files.size(model.weights().file()) / 1e6);
            variants.add(new GrowthVariant(at, BASE_SIZE, base(model, 1)));
        }
        return List.copyOf(variants);
    }

    private static JobVariant base(ModelBundle model, int parallelism) {
        return JobVariant.of(model, parallelism).withTopK(Math.min(BASE_TOP_K, model.labels().size()));
    }

    private static GrowthVariant at(int number, JobVariant job) {
        return new GrowthVariant(String.format(Locale.ROOT, "%,d", number), BASE_SIZE, job);
    }
}
