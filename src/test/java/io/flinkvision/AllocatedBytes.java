package io.flinkvision;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;

/** How much a piece of work allocates on the Java heap, which no other program on the machine changes. */
public final class AllocatedBytes {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static final int WARM_UP_RUNS = 20;
    private static final int RUNS = 31;

    private AllocatedBytes() {}

    /**
     * What a run allocates in the steady state: the median of several, since once in a while the JVM itself allocates
     * on a thread.
     */
    public static long inTheSteadyState(Runnable work) {
        for (int run = 0; run < WARM_UP_RUNS; run++) {
            work.run();
        }
        long[] allocated = new long[RUNS];
        for (int run = 0; run < RUNS; run++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            work.run();
            allocated[run] = THREADS.getCurrentThreadAllocatedBytes() - before;
        }
        Arrays.sort(allocated);
        return allocated[RUNS / 2];
    }
}
