package io.flinkvision.tools.feed;

import io.flinkvision.tools.feed.Feeder.CameraStatus.State;
import io.flinkvision.tools.feed.Feeder.CameraStatus;
import io.flinkvision.tools.feed.FrameSource.NetworkStream;
import io.flinkvision.tools.feed.FrameSource.VideoDevice;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/** Reads one camera to its end on a thread of its own, and reconnects to a live one after each loss. */
final class CameraFeed implements Runnable {

    private static final Duration FIRST_WAIT = Duration.ofMillis(500);
    private static final Duration MAX_WAIT = Duration.ofSeconds(30);

    private final CameraDefinition camera;
    private final Opening opening;
    private final FrameDelivery delivery;
    private final Feeder.Listener listener;
    private final Backoff backoff = new Backoff(FIRST_WAIT, MAX_WAIT);
    private final AtomicLong reconnects = new AtomicLong();
    private volatile State state = State.CONNECTING;
    private volatile boolean stopped;
    private volatile Optional<FrameReader> current = Optional.empty();
    private long taken;
    private long nextNumber;

    /** Opens the camera's source, as {@link FrameReader#open} does. */
    @FunctionalInterface
    interface Opening {

        FrameReader open(BooleanSupplier stopped, FrameReader.Problems problems)
                throws IOException, InterruptedException;
    }

    /** The wait before the next attempt: twice as long after each failure, up to a limit. */
    static final class Backoff {

        private final Duration first;
        private final Duration max;
        private Duration next;

        Backoff(Duration first, Duration max) {
            this.first = first;
            this.max = max;
            this.next = first;
        }

        /** The wait after one more failure. */
        Duration next() {
            Duration result = next;
            Duration doubled = next.multipliedBy(2);
            next = doubled.compareTo(max) > 0 ? max : doubled;
            return result;
        }

        void reset() {
            next = first;
        }
    }

    CameraFeed(CameraDefinition camera, Opening opening, FrameDelivery delivery, Feeder.Listener listener) {
        this.camera = camera;
        this.opening = opening;
        this.delivery = delivery;
        this.listener = listener;
    }

    /** Reads until the source ends, or until {@link #stop} and an interruption of the thread. */
    @Override
    public void run() {
        try {
            String remark = readToTheEnd();
            state = State.ENDED;
            listener.ended(camera.id(), remark);
        } catch (CameraException e) {
            fail(e.getMessage());
        } catch (InterruptedException e) {
            state = State.ENDED;
        } catch (UnsatisfiedLinkError | NoClassDefFoundError e) {
            fail("FFmpeg, which reads video, does not run on this machine: " + e.getMessage());
        } catch (RuntimeException | Error e) {
            fail("Unexpected: " + e);
        }
    }

    private void fail(String reason) {
        state = State.FAILED;
        listener.failed(camera.id(), reason);
    }

    /** Stops reading; what was read is still sent. The thread may have to be interrupted. */
    void stop() {
        stopped = true;
    }

    /** Stops waiting for Kafka, too. The thread may have to be interrupted. */
    void abandon() {
        stopped = true;
        delivery.abandon();
    }

    private String readToTheEnd() throws InterruptedException {
        boolean lost = false;
        while (true) {
            String reason;
            boolean comesBack = camera.source() instanceof NetworkStream || camera.source() instanceof VideoDevice;
            try (FrameReader reader = opening.open(() -> stopped, delivery)) {
                comesBack &= reader.isLive();
                current = Optional.of(reader);
                try {
                    read(reader, lost);
                } finally {
                    delivery.await();
                }
                if (!comesBack || stopped || isComplete()) {
                    delivery.failure().ifPresent(failure -> { throw new CameraException(failure); });
                    return reader.remark();
                }
                reason = "the stream has ended";
            } catch (ClosedByInterruptException e) {
                throw new InterruptedException();
            } catch (IOException e) {
                if (!comesBack) {
                    throw new CameraException(camera.source().description() + " cannot be read: " + e.getMessage(), e);
                }
                reason = e.getMessage();
            } catch (CameraException e) {
                throw e;
            } catch (RuntimeException | OutOfMemoryError e) {
                // One bad frame must not end a camera that has more.
                if (!comesBack) {
                    throw e;
                }
                reason = "unexpected: " + e;
            }
            lost = true;
            awaitRetry(reason);
        }
    }

    private void awaitRetry(String reason) throws InterruptedException {
        if (stopped) {
            throw new InterruptedException();
        }
        state = State.WAITING;
        Duration wait = backoff.next();
        listener.lost(camera.id(), reason, wait);
        Thread.sleep(wait.toMillis());
        state = State.CONNECTING;
    }

    private void read(FrameReader reader, boolean lost) throws IOException, InterruptedException {
        long base = nextNumber;
        boolean first = true;
        while (!stopped && !isComplete() && delivery.failure().isEmpty()) {
            Optional<CapturedFrame> frame = reader.next();
            if (frame.isEmpty()) {
                return;
            }
            if (first) {
                first = false;
                state = State.RUNNING;
                backoff.reset();
                if (lost) {
                    reconnects.incrementAndGet();
                    listener.reconnected(camera.id());
                }
            }
            // Each reader counts from 0.
            CapturedFrame numbered = frame.get().withNumber(base + frame.get().number());
            nextNumber = numbered.number() + 1;
            taken++;
            delivery.accept(numbered, reader);
        }
    }

    private boolean isComplete() {
        return camera.settings().max().filter(max -> taken >= max).isPresent();
    }

    CameraStatus status() {
        return delivery.status(state, reconnects.get(),
                current.map(FrameReader::progress).orElse(OptionalDouble.empty()));
    }
}
