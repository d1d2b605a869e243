package io.flinkvision.tools.bench;

import java.util.OptionalInt;

/**
 * How much is done.
 *
 * @param rounds how often everything has its turn
 * @param warmUp pictures that each gets before the first round, again and again until Java's compiler is done
 * @param pictures that each gets in a round; empty for as many as fit into {@code seconds}
 * @param seconds that a turn takes, about
 */
public record Effort(int rounds, int warmUp, OptionalInt pictures, double seconds) {

    private static final int FEWEST_PICTURES = 10;

    public Effort {
        if (rounds < 1 || warmUp < 1 || pictures.orElse(1) < 1 || !(seconds > 0)) {
            throw new IllegalArgumentException(rounds + " rounds of " + pictures + " pictures, or " + seconds
                    + " s, after " + warmUp + " to warm up");
        }
    }

    /** How many pictures a turn has, of something that does so many a second. */
    int pictures(double rate) {
        return pictures.orElseGet(() -> Math.max(FEWEST_PICTURES, (int) (rate * seconds)));
    }
}
