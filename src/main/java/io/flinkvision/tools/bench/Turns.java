package io.flinkvision.tools.bench;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** What is measured side by side: one after the other in each round. */
final class Turns {

    private static final CompilationMXBean COMPILER = ManagementFactory.getCompilationMXBean();

    /** The share of the compiler's threads in the time of a pass, below which it has no part in what is measured. */
    private static final double COMPILER_IS_DONE = 0.05;
    private static final int MOST_WARM_UPS = 6;

    private final List<Turn> turns;
    private final Effort effort;
    private final Consumer<String> progress;

    /** Who has the turn, and what it is given. */
    record Turn(Contender contender, PictureSet pictures) {}

    /**
     * @param turns in the order of the first round
     * @param progress is told what is being done
     */
    Turns(List<Turn> turns, Effort effort, Consumer<String> progress) {
        this.turns = List.copyOf(turns);
        this.effort = effort;
        this.progress = progress;
    }

    /**
     * Goes on until Java's compiler is done, whose time would be in the turns of whoever has one.
     *
     * @return what the last pass took, of each turn by the {@link Row#way}
     */
    List<Map<String, Round>> warmUp() throws InterruptedException {
        List<Map<String, Round>> results = new ArrayList<>();
        boolean done = false;
        for (int pass = 1; pass <= MOST_WARM_UPS && !done; pass++) {
            progress.accept("warming up with " + effort.warmUp() + " pictures each, pass " + pass);
            results.clear();
            long start = System.nanoTime();
            long compiled = COMPILER.getTotalCompilationTime();
            for (Turn turn : turns) {
                results.add(turn.contender().run(turn.pictures(), effort.warmUp()));
            }
            double millis = (System.nanoTime() - start) / 1e6;
            done = COMPILER.getTotalCompilationTime() - compiled < COMPILER_IS_DONE * millis;
        }
        return results;
    }

    /**
     * Measures.
     *
     * @param counts pictures of each turn
     * @return what each round took, of each turn by the {@link Row#way}
     */
    List<Map<String, List<Round>>> rounds(List<Integer> counts) throws InterruptedException {
        List<Map<String, List<Round>>> results = new ArrayList<>();
        turns.forEach(turn -> results.add(new LinkedHashMap<>()));
        for (int round = 0; round < effort.rounds(); round++) {
            progress.accept("round " + (round + 1) + " of " + effort.rounds() + ", " + range(counts)
                    + " pictures each");
            for (int i = 0; i < turns.size(); i++) {
                // Nobody is always the one who comes after the same other.
                int now = (round + i) % turns.size();
                Turn turn = turns.get(now);
                turn.contender().run(turn.pictures(), counts.get(now)).forEach((way, result) ->
                        results.get(now).computeIfAbsent(way, name -> new ArrayList<>()).add(result));
            }
        }
        return results;
    }

    private static String range(List<Integer> counts) {
        int least = counts.stream().mapToInt(Integer::intValue).min().orElseThrow();
        int most = counts.stream().mapToInt(Integer::intValue).max().orElseThrow();
        return IntStream.of(least, most).distinct().mapToObj(Integer::toString)
                .reduce((one, other) -> one + " to " + other).orElseThrow();
    }
}
