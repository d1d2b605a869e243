package io.flinkvision.job.operator;

import io.flinkvision.core.inference.ReuseRule;
import java.io.Serializable;
import java.util.Objects;

/** Whether the decode operator looks at previews, and leaves pictures undecoded that have not changed. */
public sealed interface Previewing extends Serializable {

    /** Every picture is decoded. */
    Previewing NONE = new None();

    /** Every picture is decoded. */
    record None() implements Previewing {}

    /**
     * Pictures are compared by their camera; the operator must be keyed by {@link InOrder#byCamera}.
     *
     * @param rule what counts as unchanged, and for how long
     */
    record ByCamera(ReuseRule rule) implements Previewing {

        public ByCamera {
            Objects.requireNonNull(rule, "rule");
        }
    }
}
