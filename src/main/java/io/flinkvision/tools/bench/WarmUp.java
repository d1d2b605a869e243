package io.flinkvision.tools.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The unreported rounds that a set of contenders had before its first reported one.
 *
 * @param rounds number of them
 * @param unsteady what still changed in the last of them; empty if nothing did
 */
public record WarmUp(int rounds, List<String> unsteady) {

    /**
     * By how much a round may be faster than the fastest one before. Rounds of an idle machine differ by as much;
     * a contender that warms up gets faster with every round.
     */
    private static final double MAX_RISE = 0.05;

    /** The JIT compiler's share of the time, which counts as the contenders' CPU time. */
    private static final double MAX_COMPILER_SHARE = 0.03;

    public WarmUp {
        unsteady = List.copyOf(unsteady);
        if (rounds < 0) {
            throw new IllegalArgumentException("The number of rounds must be at least 0, not " + rounds);
        }
    }

    /**
     * The warm-up as it is after two rounds or more.
     *
     * @param rates pictures per second of each round, by contender
     * @param compilerShare the JIT compiler's share of the time of the last round
     */
    static WarmUp of(Map<String, List<Double>> rates, double compilerShare) {
        List<String> unsteady = new ArrayList<>();
        rates.forEach((contender, rounds) -> {
            double rise = rise(rounds);
            if (rise > MAX_RISE) {
                unsteady.add(String.format(Locale.ROOT, "%s was %.0f %% faster than before",
                        contender, 100 * rise));
            }
        });
        if (compilerShare > MAX_COMPILER_SHARE) {
            unsteady.add(String.format(Locale.ROOT, "the JIT compiler took %.0f %% of the time", 100 * compilerShare));
        }
        return new WarmUp(rates.values().stream().mapToInt(List::size).max().orElse(0), unsteady);
    }

    /** By what share the last round was faster than the fastest one before; infinite for the first. */
    private static double rise(List<Double> rates) {
        int last = rates.size() - 1;
        return rates.get(last) / rates.stream().limit(last).max(Double::compare).orElse(0.0) - 1;
    }

    public boolean isSteady() {
        return unsteady.isEmpty();
    }

    /** {@code warm-up: 3 rounds, until no contender got faster}, or what was unsteady in a line each. */
    public List<String> toLines() {
        if (isSteady()) {
            return List.of("warm-up: " + rounds + " rounds, until no contender got faster");
        }
        List<String> lines = new ArrayList<>();
        lines.add("warm-up: " + rounds + " rounds, NOT ENOUGH: in the last one");
        unsteady.forEach(change -> lines.add("- " + change));
        return lines;
    }
}
