package io.flinkvision.job.sql;

import java.io.Serializable;
import java.util.Objects;

/** What a model's labels are of. */
sealed interface LabelSource extends Serializable {

    /** The classes of its own network. */
    record Classes() implements LabelSource {}

    /** A head on its network. */
    record OfHead(ModelFile file) implements LabelSource {

        public OfHead {
            Objects.requireNonNull(file, "file");
        }
    }
}
