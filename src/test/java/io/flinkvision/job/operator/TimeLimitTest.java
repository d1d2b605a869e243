package io.flinkvision.job.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TimeLimitTest {

    private static final TimeLimit LONG = new TimeLimit(Duration.ofMinutes(10));

    private final CountDownLatch closed = new CountDownLatch(1);
    private final AutoCloseable resource = closed::countDown;

    @Test
    void givesWhatTheWorkOpens() throws IOException {
        assertThat(LONG.open("opening", () -> resource)).isSameAs(resource);
        assertThat(closed.getCount()).as("it is the caller's to close").isOne();
    }

    @Test
    void whatIsOpenedTooLateIsClosed() throws Exception {
        CountDownLatch over = new CountDownLatch(1);

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> new TimeLimit(Duration.ofMillis(1)).open("opening", () -> {
                    awaitIgnoringInterruptions(over);
                    return resource;
                }))
                .withMessage("opening took longer than 1 ms, and was given up");
        over.countDown();

        closed.await();
    }

    @Test
    void anInterruptionEndsTheWaitAndInterruptsTheWork() throws Exception {
        CountDownLatch interrupted = new CountDownLatch(1);
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> LONG.open("opening", () -> {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
            return resource;
        })).isInstanceOf(InterruptedIOException.class);
        assertThat(Thread.interrupted()).isTrue();

        interrupted.await();
        closed.await();
    }

    @Test
    void whatTheWorkThrowsIsThrownOn() {
        assertThatThrownBy(() -> LONG.open("opening", () -> {
            throw new FileNotFoundException("gone");
        })).isInstanceOf(FileNotFoundException.class).hasMessage("gone");
        assertThatThrownBy(() -> LONG.open("opening", () -> {
            throw new IllegalStateException("closed");
        })).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> LONG.open("opening", () -> {
            throw new OutOfMemoryError("Java heap space");
        })).isInstanceOf(OutOfMemoryError.class);
    }

    @Test
    void refusesALimitThatIsNotPositive() {
        assertThatThrownBy(() -> new TimeLimit(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PT0S");
    }

    private static void awaitIgnoringInterruptions(CountDownLatch latch) {
        while (latch.getCount() > 0) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                // As a file system that does not answer.
            }
        }
    }
}
