package io.flinkvision.job.guard;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** A shared/exclusive lock over the records in flight in all subtasks of the process. */
final class InFlightLock {

    /** Others may hang, and without a deadline nothing ends that. */
    private static final Duration EXCLUSIVE_TIMEOUT = Duration.ofSeconds(10);

    private static final ReentrantReadWriteLock LOCK = new ReentrantReadWriteLock();

    private InFlightLock() {}

    /** @throws InterruptedException if the thread is interrupted while another one holds the exclusive lock */
    static Lock shared() throws InterruptedException {
        LOCK.readLock().lockInterruptibly();
        return LOCK.readLock();
    }

    /** The exclusive lock, or after a timeout of 10 s a shared one. */
    static Lock exclusive() throws InterruptedException {
        return LOCK.writeLock().tryLock(EXCLUSIVE_TIMEOUT.toNanos(), TimeUnit.NANOSECONDS) ? LOCK.writeLock() : shared();
    }

    static boolean hasWaiting() {
        return LOCK.hasQueuedThreads();
    }
}
