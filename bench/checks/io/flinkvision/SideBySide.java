package io.flinkvision;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Times variants of the same work in turns, so that load on the machine affects all of them, and prints their times
 * relative to the first.
 */
public final class SideBySide {

    private final Map<String, Runnable> forms = new LinkedHashMap<>();
    private final LongSupplier clock;

    /** @param clock wall-clock time or CPU time of a thread, in nanoseconds */
    public SideBySide(LongSupplier clock) {
        this.clock = clock;
    }

    /** Adds a variant; the first one is the reference. */
    public SideBySide add(String name, Runnable work) {
        forms.put(name, work);
        return this;
    }

    /**
     * Runs all forms and prints a line for each: the median over the rounds of its time by the first one's, and between
     * which ratios eight of ten rounds were.
     *
     * @param warmUp rounds that are not counted
     * @param rounds that are
     */
    public void run(int warmUp, int rounds, PrintStream out) {
        List<String> names = List.copyOf(forms.keySet());
        List<double[]> ratios = new ArrayList<>();
        names.forEach(name -> ratios.add(new double[rounds]));
        double[] milliseconds = new double[rounds];
        for (int round = -warmUp; round < rounds; round++) {
            long[] nanoseconds = new long[names.size()];
            // Every other round backwards: whoever comes second finds other things in the caches.
            for (int i = 0; i < names.size(); i++) {
                int form = Math.floorMod(round, 2) == 0 ? i : names.size() - 1 - i;
                long start = clock.getAsLong();
                forms.get(names.get(form)).run();
                nanoseconds[form] = Math.max(1, clock.getAsLong() - start);
            }
            for (int i = 0; round >= 0 && i < names.size(); i++) {
                ratios.get(i)[round] = (double) nanoseconds[i] / nanoseconds[0];
                milliseconds[round] = nanoseconds[0] / 1e6;
            }
        }
        for (int i = 0; i < names.size(); i++) {
            double[] sorted = ratios.get(i);
            Arrays.sort(sorted);
            out.printf(Locale.ROOT, "  %-44s %.3f (%.3f to %.3f)%n", names.get(i), sorted[rounds / 2],
                    sorted[rounds / 10], sorted[rounds - 1 - rounds / 10]);
        }
        Arrays.sort(milliseconds);
        out.printf(Locale.ROOT, "  (%s: %.2f ms in the median of %d rounds)%n", names.get(0), milliseconds[rounds / 2],
                rounds);
    }
}
