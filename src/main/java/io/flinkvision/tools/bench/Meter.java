package io.flinkvision.tools.bench;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import io.flinkvision.core.system.ProcessMemory;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Measures the CPU time of this process, as the kernel counts it, and its allocations, as the JVM counts them for each
 * thread; those of a thread that ends in between are lost.
 */
public final class Meter {

    private static final OperatingSystemMXBean PROCESS =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static final Path PEAK_RESET = Path.of("/proc/self/clear_refs");

    private final Map<Long, Long> allocated;
    private final long processorNanos;
    private final long callerNanos;
    private final long start;

    private Meter() {
        allocated = allocatedByThread();
        processorNanos = PROCESS.getProcessCpuTime();
        callerNanos = callerNanos();
        start = System.nanoTime();
    }

    /**
     * Measurements.
     *
     * @param callerSeconds the calling thread's part of the CPU time
     * @param callerAllocatedBytes the calling thread's part of the allocations
     */
    public record Use(
            double seconds,
            double processorSeconds,
            double callerSeconds,
            long allocatedBytes,
            long callerAllocatedBytes,
            OptionalLong peakResidentBytes) {}

    /** Starts now, after a garbage collection. */
    public static Meter start() {
        System.gc();
        resetPeak();
        return new Meter();
    }

    /** Must be called by the thread that started it. */
    public Use stop() {
        double seconds = (System.nanoTime() - start) / 1e9;
        double caller = (callerNanos() - callerNanos) / 1e9;
        double processors = (PROCESS.getProcessCpuTime() - processorNanos) / 1e9;
        Map<Long, Long> now = allocatedByThread();
        long all = now.keySet().stream().mapToLong(thread -> since(now, thread)).sum();
        return new Use(seconds, processors, caller, all, since(now, Thread.currentThread().getId()),
                ProcessMemory.PEAK_RESIDENT.bytes());
    }

    private long since(Map<Long, Long> now, long thread) {
        return now.get(thread) - allocated.getOrDefault(thread, 0L);
    }

    private static Map<Long, Long> allocatedByThread() {
        long[] threads = THREADS.getAllThreadIds();
        long[] bytes = THREADS.getThreadAllocatedBytes(threads);
        Map<Long, Long> result = new HashMap<>();
        for (int i = 0; i < threads.length; i++) {
            // Negative if the thread has just ended.
            result.put(threads[i], Math.max(0, bytes[i]));
        }
        return result;
    }

    /** CPU time of the calling thread. */
    static long callerNanos() {
        return THREADS.getCurrentThreadCpuTime();
    }

    static long callerAllocated() {
        return THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
    }

    /** CPU time of this process. */
    static long processNanos() {
        return PROCESS.getProcessCpuTime();
    }

    /** By proc_pid_clear_refs(5); without permission, the peak is that of the process's lifetime. */
    private static void resetPeak() {
        try {
            Files.writeString(PEAK_RESET, "5");
        } catch (IOException e) {
            // Not Linux, or not allowed.
        }
    }
}
