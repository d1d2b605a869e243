package io.flinkvision.tools.bench;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.job.record.Region;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * The settings in which jobs differ that are measured side by side.
 *
 * @param partitions partitions of the input topic
 * @param cameras number of cameras that take turns as the pictures' keys; empty for a different key for each picture
 * @param topK labels per picture; empty for the job file's
 * @param regions what is classified of the pictures; empty for the whole pictures
 */
record JobVariant(ModelBundle bundle, int parallelism, int partitions, OptionalInt cameras, OptionalInt topK,
        List<Region> regions) {

    JobVariant {
        Objects.requireNonNull(bundle, "bundle");
        regions = List.copyOf(regions);
        if (parallelism < 1 || partitions < 1 || cameras.orElse(1) < 1 || topK.orElse(1) < 1) {
            throw new IllegalArgumentException("Parallelism, partitions, cameras and top-k must be at least 1, not "
                    + parallelism + ", " + partitions + ", " + cameras + " and " + topK);
        }
    }

    /** The job file's settings, with one partition per subtask. */
    static JobVariant of(ModelBundle bundle, int parallelism) {
        return new JobVariant(bundle, parallelism, parallelism, OptionalInt.empty(), OptionalInt.empty(), List.of());
    }

    JobVariant withPartitions(int number) {
        return new JobVariant(bundle, parallelism, number, cameras, topK, regions);
    }

    JobVariant withCameras(int number) {
        return new JobVariant(bundle, parallelism, partitions, OptionalInt.of(number), topK, regions);
    }

    JobVariant withTopK(int number) {
        return new JobVariant(bundle, parallelism, partitions, cameras, OptionalInt.of(number), regions);
    }

    /** Only these regions of the pictures, instead of the whole ones. */
    JobVariant withRegions(List<Region> only) {
        return new JobVariant(bundle, parallelism, partitions, cameras, topK, only);
    }
}
