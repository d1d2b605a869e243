package io.flinkvision.tools.bench;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Contenders that take turns: each has one in every round. */
public final class Turns {

    private static final CompilationMXBean COMPILER = ManagementFactory.getCompilationMXBean();

    /** Two rounds can be compared. */
    private static final int MIN_WARM_UP_ROUNDS = 2;
    private static final int MIN_PICTURES = 10;

    private final List<Turn> turns;
    private final Effort effort;
    private final Pace pace;
    private final Consumer<String> progress;
    private final LongSupplier compilerMillis;
    private final List<Integer> counts = new ArrayList<>();

    /**
     * How much is measured.
     *
     * @param rounds number of rounds
     * @param warmUp pictures of each contender before its first round, reported or not
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

    /** The contender by whose speed the pictures of a turn are counted. */
    public enum Pace {
        /** All have as many pictures as the first one does in a turn. */
        FIRST,
        /** Each has as many as it does itself. */
        OWN
    }

    /**
     * A contender and its pictures.
     *
     * @param name names it among the others
     */
    public record Turn(String name, Contender contender, PictureSet pictures) {}

    /**
     * @param turns in the order of the first round
     * @param progress receives each step
     */
    public Turns(List<Turn> turns, Effort effort, Pace pace, Consumer<String> progress) {
        this(turns, effort, pace, progress, COMPILER::getTotalCompilationTime);
    }

    /** @param compilerMillis how long the JIT compiler has worked so far */
    Turns(List<Turn> turns, Effort effort, Pace pace, Consumer<String> progress, LongSupplier compilerMillis) {
        this.turns = List.copyOf(turns);
        this.effort = effort;
        this.pace = pace;
        this.progress = progress;
        this.compilerMillis = compilerMillis;
    }

    /**
     * Runs the pictures of the warm-up, and then unreported rounds until no contender gets faster and the JIT compiler
     * is idle, whose CPU time would count as a contender's: at most as many as are reported.
     */
    public WarmUp warmUp() throws InterruptedException {
        progress.accept("warming up with " + effort.warmUp() + " pictures each");
        List<Map<String, Round>> last = new ArrayList<>();
        for (Turn turn : turns) {
            last.add(turn.contender().run(turn.pictures(), effort.warmUp()));
        }
        Map<String, List<Double>> rates = new LinkedHashMap<>();
        WarmUp warmUp = new WarmUp(0, List.of());
        int most = Math.max(MIN_WARM_UP_ROUNDS, effort.rounds());
        for (int round = 0; round < most && (round < MIN_WARM_UP_ROUNDS || !warmUp.isSteady()); round++) {
            count(last);
            progress.accept("unreported round " + (round + 1) + " of at most " + most + ", " + countText());
            long start = System.nanoTime();
            long compiled = compilerMillis.getAsLong();
            last = run(round);
            double millis = (System.nanoTime() - start) / 1e6;
            for (int i = 0; i < turns.size(); i++) {
                rates.computeIfAbsent(turns.get(i).name(), name -> new ArrayList<>()).add(rate(last.get(i)));
            }
            warmUp = WarmUp.of(rates, (compilerMillis.getAsLong() - compiled) / millis);
        }
        count(last);
        return warmUp;
    }

    /**
     * Measures, after the {@link #warmUp()}.
     *
     * @return the rounds of each turn, by {@link Row#way}
     */
    public List<Map<String, List<Round>>> rounds() throws InterruptedException {
        List<Map<String, List<Round>>> results = new ArrayList<>();
        turns.forEach(turn -> results.add(new LinkedHashMap<>()));
        for (int round = 0; round < effort.rounds(); round++) {
            progress.accept("round " + (round + 1) + " of " + effort.rounds() + ", " + countText());
            List<Map<String, Round>> ofThisRound = run(round);
            for (int i = 0; i < turns.size(); i++) {
                Map<String, List<Round>> ways = results.get(i);
                ofThisRound.get(i).forEach((way, result) ->
                        ways.computeIfAbsent(way, name -> new ArrayList<>()).add(result));
            }
        }
        return results;
    }

    /** Gives each contender a turn. The order rotates, so that nobody always follows the same contender. */
    private List<Map<String, Round>> run(int round) throws InterruptedException {
        List<Map<String, Round>> results = new ArrayList<>(Collections.nCopies(turns.size(), Map.of()));
        for (int i = 0; i < turns.size(); i++) {
            int now = (round + i) % turns.size();
            Turn turn = turns.get(now);
            results.set(now, turn.contender().run(turn.pictures(), counts.get(now)));
        }
        return results;
    }

    /** Sets the pictures of each turn by the speed of the last one. */
    private void count(List<Map<String, Round>> last) {
        List<Integer> own = last.stream().map(result -> effort.pictures(rate(result))).toList();
        counts.clear();
        counts.addAll(pace == Pace.OWN ? own : Collections.nCopies(own.size(), own.get(0)));
    }

    /** Pictures per second of a turn, of which stages are parts. */
    private static double rate(Map<String, Round> turn) {
        return 1 / turn.values().stream().mapToDouble(part -> 1 / part.rate()).sum();
    }

    private String countText() {
        return IntStream.of(Collections.min(counts), Collections.max(counts)).distinct()
                .mapToObj(Integer::toString).collect(Collectors.joining(" to ")) + " pictures each";
    }
}
