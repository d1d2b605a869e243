package io.flinkvision.job.guard;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** Who has a record in hand, of all subtasks of a job in a process: many together, or one alone. */
final class Company {

    /** How long somebody waits to be alone; the others may hang, where no deadline ends that. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final ReentrantReadWriteLock LOCK = new ReentrantReadWriteLock();

    private Company() {}

    /**
     * Takes a place among the others, which is given back by unlocking.
     *
     * @throws InterruptedException if the thread is interrupted while somebody is alone
     */
    static Lock together() throws InterruptedException {
        LOCK.readLock().lockInterruptibly();
        return LOCK.readLock();
    }

    /**
     * Waits until the others have put down what they have in hand, and keeps them from more; among them all the same
     * where they do not within 10 s.
     */
    static Lock alone() throws InterruptedException {
        return LOCK.writeLock().tryLock(PATIENCE.toNanos(), TimeUnit.NANOSECONDS) ? LOCK.writeLock() : together();
    }

    /** Whether somebody waits for others. */
    static boolean isSomebodyWaiting() {
        return LOCK.hasQueuedThreads();
    }
}
