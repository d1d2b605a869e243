package io.flinkvision.tools.bench;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Contenders that take turns: each has one in every round. */
public final class Turns {

    private static final CompilationMXBean COMPILER = ManagementFactory.getCompilationMXBean();

    /** Below this share of compilation time in a pass, the JIT compiler no longer affects the measurements. */
    private static final double MAX_COMPILER_SHARE = 0.05;
    private static final int MAX_WARM_UPS = 6;
    private static final int MIN_PICTURES = 10;

    private final List<Turn> turns;
    private final Effort effort;
    private final Consumer<String> progress;

    /**
     * How much is measured.
     *
     * @param rounds number of rounds
     * @param warmUp pictures per pass of the warm-up
     * @param pictures pictures per turn; empty for as many as fit into {@code seconds}
     * @param seconds approximate length of a turn
     */
    public record Effort(int rounds, int warmUp, OptionalInt pictures, double seconds) {

        public Effort {
            if (rounds < 1 || warmUp < 1 || pictures.orElse(1) < 1 || !(seconds > 0)) {
                throw new IllegalArgumentException("Rounds, warm-up, pictures and seconds must be above 0, not "
                        + rounds + ", " + warmUp + ", " + pictures + " and " + seconds);
            }
        }

        /** Number of pictures per turn of a contender that does {@code rate} per second. */
        public int pictures(double rate) {
            return pictures.orElseGet(() -> Math.max(MIN_PICTURES, (int) (rate * seconds)));
        }
    }

    /** A contender and its pictures. */
    public record Turn(Contender contender, PictureSet pictures) {}

    /**
     * @param turns in the order of the first round
     * @param progress receives each step
     */
    public Turns(List<Turn> turns, Effort effort, Consumer<String> progress) {
        this.turns = List.copyOf(turns);
        this.effort = effort;
        this.progress = progress;
    }

    /**
     * Repeats until the JIT compiler is idle, whose CPU time would count as a contender's.
     *
     * @return the last pass of each turn, by {@link Row#way}
     */
    public List<Map<String, Round>> warmUp() throws InterruptedException {
        List<Map<String, Round>> results = new ArrayList<>();
        boolean done = false;
        for (int pass = 1; pass <= MAX_WARM_UPS && !done; pass++) {
            progress.accept("warming up with " + effort.warmUp() + " pictures each, pass " + pass);
            results.clear();
            long start = System.nanoTime();
            long compiled = COMPILER.getTotalCompilationTime();
            for (Turn turn : turns) {
                results.add(turn.contender().run(turn.pictures(), effort.warmUp()));
            }
            double millis = (System.nanoTime() - start) / 1e6;
            done = COMPILER.getTotalCompilationTime() - compiled < MAX_COMPILER_SHARE * millis;
        }
        return results;
    }

    /**
     * Measures.
     *
     * @param counts pictures of each turn
     * @return the rounds of each turn, by {@link Row#way}
     */
    public List<Map<String, List<Round>>> rounds(List<Integer> counts) throws InterruptedException {
        List<Map<String, List<Round>>> results = new ArrayList<>();
        turns.forEach(turn -> results.add(new LinkedHashMap<>()));
        for (int round = 0; round < effort.rounds(); round++) {
            progress.accept("round " + (round + 1) + " of " + effort.rounds() + ", " + range(counts)
                    + " pictures each");
            for (int i = 0; i < turns.size(); i++) {
                // The order rotates, so that nobody always follows the same contender.
                int now = (round + i) % turns.size();
                Turn turn = turns.get(now);
                turn.contender().run(turn.pictures(), counts.get(now)).forEach((way, result) ->
                        results.get(now).computeIfAbsent(way, name -> new ArrayList<>()).add(result));
            }
        }
        return results;
    }

    private static String range(List<Integer> counts) {
        int min = counts.stream().mapToInt(Integer::intValue).min().orElseThrow();
        int max = counts.stream().mapToInt(Integer::intValue).max().orElseThrow();
        return IntStream.of(min, max).distinct().mapToObj(Integer::toString)
                .reduce((one, other) -> one + " to " + other).orElseThrow();
    }
}
