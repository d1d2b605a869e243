package io.flinkvision.tools.bench;

import java.util.Objects;

/**
 * Two ways to classify the same pictures, one against the other.
 *
 * @param model the model's name
 * @param pictures the set's name
 * @param name what is divided by what
 * @param value of each round's pair
 * @param bound on which side of the target the median is to be
 * @param target what is wanted
 */
public record Ratio(String model, String pictures, String name, Spread value, Bound bound, double target) {

    /** On which side of a target a ratio is to be. */
    public enum Bound {
        AT_LEAST("at least"), AT_MOST("at most");

        private final String words;

        Bound(String words) {
            this.words = words;
        }

        @Override
        public String toString() {
            return words;
        }
    }

    public Ratio {
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(pictures, "pictures");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(value, "value");
        Objects.requireNonNull(bound, "bound");
    }

    /** Whether the median is where it is wanted. */
    public boolean met() {
        return bound == Bound.AT_LEAST ? value.median() >= target : value.median() <= target;
    }
}
