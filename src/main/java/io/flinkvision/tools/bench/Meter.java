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
 * What this process takes of the machine from one moment to another: the time of the processors as the kernel counts
 * it, and the bytes that the JVM counts for each thread. A thread that ends in between takes its bytes with it.
 */
final class Meter {

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
     * What was taken.
     *
     * @param callerSeconds that part of the processors' seconds that the calling thread took
     * @param callerAllocatedBytes likewise
     */
    record Use(
            double seconds,
            double processorSeconds,
            double callerSeconds,
            long allocatedBytes,
            long callerAllocatedBytes,
            OptionalLong peakResidentBytes) {}

    /** Begins now; what was garbage before is collected first, so that it is nobody's. */
    static Meter start() {
        System.gc();
        resetPeak();
        return new Meter();
    }

    /** Ends now; to be called by the thread that began. */
    Use stop() {
        double seconds = (System.nanoTime() - start) / 1e9;
        double caller = (callerNanos() - callerNanos) / 1e9;
        double processors = (PROCESS.getProcessCpuTime() - processorNanos) / 1e9;
        Map<Long, Long> now = allocatedByThread();
        long all = now.keySet().stream().mapToLong(thread -> since(now, thread)).sum();
        return new Use(seconds, processors, caller, all, since(now, Thread.currentThread().getId()), ProcessMemory.PEAK_RESIDENT.bytes());
    }

    private long since(Map<Long, Long> now, long thread) {
        return now.get(thread) - allocated.getOrDefault(thread, 0L);
    }

    private static Map<Long, Long> allocatedByThread() {
        long[] threads = THREADS.getAllThreadIds();
        long[] bytes = THREADS.getThreadAllocatedBytes(threads);
        Map<Long, Long> result = new HashMap<>();
        for (int i = 0; i < threads.length; i++) {
            // Below zero where the thread has just ended.
            result.put(threads[i], Math.max(0, bytes[i]));
        }
        return result;
    }

    /** The processors' nanoseconds that the calling thread has had. */
    static long callerNanos() {
        return THREADS.getCurrentThreadCpuTime();
    }

    /** The bytes that the calling thread has allocated. */
    static long callerAllocated() {
        return THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
    }

    /** The processors' nanoseconds that this process has had. */
    static long processNanos() {
        return PROCESS.getProcessCpuTime();
    }

    /** By proc_pid_clear_refs(5); where that is not allowed the peak is that of the process's whole life. */
    private static void resetPeak() {
        try {
            Files.writeString(PEAK_RESET, "5");
        } catch (IOException e) {
            // Not Linux, or not allowed.
        }
    }
}
