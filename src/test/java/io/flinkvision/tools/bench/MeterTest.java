package io.flinkvision.tools.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class MeterTest {

    @Test
    @Timeout(60)
    void countsWhatThisThreadAndOthersAllocate() throws InterruptedException {
        Meter meter = Meter.start();
        workUntilTheClockTicks();
        byte[][] kept = new byte[2][];
        kept[0] = new byte[1 << 20];
        CountDownLatch allocated = new CountDownLatch(1);
        CountDownLatch measured = new CountDownLatch(1);
        Thread other = new Thread(() -> {
            kept[1] = new byte[1 << 21];
            allocated.countDown();
            try {
                measured.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        other.start();
        allocated.await();
        Meter.Use use = meter.stop();
        measured.countDown();
        other.join();

        assertThat(use.callerAllocatedBytes()).isGreaterThanOrEqualTo(1 << 20);
        assertThat(use.allocatedBytes()).isGreaterThanOrEqualTo(use.callerAllocatedBytes() + (1 << 21));
        assertThat(use.processorSeconds()).isPositive();
    }

    /** The kernel counts a process's time in hundredths of a second, and what is measured here takes less. */
    private static void workUntilTheClockTicks() {
        long before = Meter.processNanos();
        while (Meter.processNanos() == before) {
            Thread.onSpinWait();
        }
    }
}
