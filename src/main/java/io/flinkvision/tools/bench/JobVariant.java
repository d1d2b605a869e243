package io.flinkvision.tools.bench;

import io.flinkvision.core.bundle.ModelBundle;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * In what a job differs from others that are measured beside it.
 *
 * @param bundle its model
 * @param parallelism of all operators
 * @param partitions of its input topic
 * @param cameras that take turns as the pictures' keys; empty for a key of its own for each picture
 * @param topK labels of a picture; empty for what the job file says
 */
record JobVariant(ModelBundle bundle, int parallelism, int partitions, OptionalInt cameras, OptionalInt topK) {

    JobVariant {
        Objects.requireNonNull(bundle, "bundle");
        if (parallelism < 1 || partitions < 1 || cameras.orElse(1) < 1 || topK.orElse(1) < 1) {
            throw new IllegalArgumentException("A job of parallelism " + parallelism + ", " + partitions
                    + " partitions, " + cameras + " cameras, the best " + topK + " labels");
        }
    }

    /** A job as its file says, with a partition for each subtask. */
    static JobVariant of(ModelBundle bundle, int parallelism) {
        return new JobVariant(bundle, parallelism, parallelism, OptionalInt.empty(), OptionalInt.empty());
    }

    JobVariant withPartitions(int number) {
        return new JobVariant(bundle, parallelism, number, cameras, topK);
    }

    JobVariant withCameras(int number) {
        return new JobVariant(bundle, parallelism, partitions, OptionalInt.of(number), topK);
    }

    JobVariant withTopK(int number) {
        return new JobVariant(bundle, parallelism, partitions, cameras, OptionalInt.of(number));
    }
}
