package io.flinkvision.peers;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/**
 * What this process has taken of the machine since it began.
 *
 * @param processorNanos of all of its threads, by the kernel's account
 * @param allocatedBytes on Java's heap, by the threads that now live
 */
record Use(long processorNanos, long allocatedBytes) {

    static Use now() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long allocated = 0;
        for (long bytes : threads.getThreadAllocatedBytes(threads.getAllThreadIds())) {
            // Below zero where the thread has just ended.
            allocated += Math.max(0, bytes);
        }
        OperatingSystemMXBean process = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return new Use(process.getProcessCpuTime(), allocated);
    }

    Use since(Use before) {
        return new Use(processorNanos - before.processorNanos,
                Math.max(0, allocatedBytes - before.allocatedBytes));
    }

    /** One line, for {@link #parse}. */
    String toLine() {
        return processorNanos + " " + allocatedBytes;
    }

    static Use parse(String line) {
        String[] fields = line.split(" ");
        return new Use(Long.parseLong(fields[0]), Long.parseLong(fields[1]));
    }
}
