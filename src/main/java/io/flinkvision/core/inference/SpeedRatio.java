package io.flinkvision.core.inference;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;

/**
 * The speed of another form of a network relative to the network, by the CPU time of one thread, which other programs
 * on the machine do not affect.
 *
 * @param low a tenth of the rounds were below it
 * @param median of the rounds
 * @param high a tenth of the rounds were above it
 */
public record SpeedRatio(double low, double median, double high) {

    private static final int ROUNDS = 100;
    private static final int WARM_UP_ROUNDS = 10;

    /** Several pictures a round, since a processor's clock is read in coarse steps on some systems. */
    private static final int RUNS = 5;

    /**
     * Runs the two in turns, so that what slows the machine down slows down both.
     *
     * @param network a loaded network with an input in it
     * @param other the other form, likewise
     */
    static SpeedRatio of(OnnxRuntimeSession network, OnnxRuntimeSession other) {
        double[] ratios = new double[ROUNDS];
        for (int round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
            double nanoseconds = nanoseconds(network);
            double ratio = nanoseconds / nanoseconds(other);
            if (round >= 0) {
                ratios[round] = ratio;
            }
        }
        return ofRounds(ratios);
    }

    static SpeedRatio ofRounds(double[] ratios) {
        double[] sorted = ratios.clone();
        Arrays.sort(sorted);
        int last = sorted.length - 1;
        return new SpeedRatio(sorted[last / 10], sorted[last / 2], sorted[last - last / 10]);
    }

    private static long nanoseconds(OnnxRuntimeSession network) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        // The other network has driven this one's weights out of the processor's caches.
        network.run();
        long start = threads.getCurrentThreadCpuTime();
        for (int run = 0; run < RUNS; run++) {
            network.run();
        }
        return Math.max(1, threads.getCurrentThreadCpuTime() - start);
    }
}
