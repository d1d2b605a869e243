package io.flinkvision.core.camera;

import io.flinkvision.core.camera.FrameSource.NetworkStream;
import io.flinkvision.core.camera.FrameSource.VideoDevice;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/** Reads one camera to its end on a thread of its own, and reconnects to a live one after each loss. */
public final class CameraReading implements Runnable {

    private static final Duration FIRST_WAIT = Duration.ofMillis(500);
    private static final Duration MAX_WAIT = Duration.ofSeconds(30);

    private final CameraDefinition camera;
    private final Opening opening;
    private final Receiver receiver;
    private final Listener listener;
    private final Backoff backoff = new Backoff(FIRST_WAIT, MAX_WAIT);
    private final AtomicLong reconnects = new AtomicLong();
    private volatile State state = State.CONNECTING;
    private volatile boolean stopped;
    private volatile Optional<FrameReader> current = Optional.empty();
    private Optional<ChangeFilter> changes = Optional.empty();
    private long taken;
    private long nextNumber;

    /** The phase of a camera. */
    public enum State {
        /** Its source is being opened. */
        CONNECTING,
        /** It delivers frames. */
        RUNNING,
        /** It was lost, and waits for the next attempt. */
        WAITING,
        /** It has reached its end, or was stopped. */
        ENDED,
        /** It cannot be read. */
        FAILED
    }

    /** Takes the frames of one camera, and the problems of single ones; called on the thread that reads it. */
    public interface Receiver extends FrameReader.Problems {

        /** @throws InterruptedException if the thread was interrupted while it waited for room */
        void accept(CapturedFrame frame, FrameReader reader) throws InterruptedException;

        /** Waits until all frames are where they belong; called before their reader is closed. */
        default void await() throws InterruptedException {}

        /** Why no further frame is taken. */
        default Optional<String> failure() {
            return Optional.empty();
        }
    }

    /** Receives the events of cameras, which are named by their ids; called by several threads at a time. */
    public interface Listener {

        /** A live camera was lost or could not be reached. */
        default void lost(String camera, String reason, Duration retryIn) {}

        /** A lost camera delivers again. */
        default void reconnected(String camera) {}

        /** A camera cannot be read; it is not tried again. */
        default void failed(String camera, String reason) {}

        /** A camera has reached its end. */
        default void ended(String camera, String remark) {}
    }

    /** Opens the camera's source, as {@link FrameReader#open} does. */
    @FunctionalInterface
    public interface Opening {

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

    public CameraReading(CameraDefinition camera, Opening opening, Receiver receiver, Listener listener) {
        this.camera = camera;
        this.opening = opening;
        this.receiver = receiver;
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

    /** Stops reading; what was read is still delivered. The thread may have to be interrupted. */
    public void stop() {
        stopped = true;
    }

    private String readToTheEnd() throws InterruptedException {
        boolean lost = false;
        while (true) {
            String reason;
            boolean comesBack = camera.source() instanceof NetworkStream || camera.source() instanceof VideoDevice;
            try (FrameReader reader = opening.open(() -> stopped, receiver)) {
                comesBack &= reader.isLive();
                current = Optional.of(reader);
                try {
                    read(reader, lost);
                } finally {
                    closeChanges();
                    receiver.await();
                }
                if (!comesBack || stopped || isComplete()) {
                    receiver.failure().ifPresent(failure -> { throw new CameraException(failure); });
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
        while (!stopped && !isComplete() && receiver.failure().isEmpty()) {
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
            if (isUnchanged(numbered, reader)) {
                reader.undelivered(numbered);
                receiver.unchanged();
                continue;
            }
            taken++;
            receiver.accept(numbered, reader);
        }
    }

    private boolean isUnchanged(CapturedFrame frame, FrameReader reader) {
        if (camera.settings().onlyChanges().isEmpty() || reader.comparesPictures()) {
            return false;
        }
        if (changes.isEmpty()) {
            changes = camera.settings().onlyChanges().map(ChangeFilter::new);
        }
        return !changes.get().passes(frame.bytes(), System.nanoTime() / 1e9);
    }

    private void closeChanges() {
        changes.ifPresent(ChangeFilter::close);
        changes = Optional.empty();
    }

    private boolean isComplete() {
        return camera.settings().max().filter(max -> taken >= max).isPresent();
    }

    public State state() {
        return state;
    }

    /** How often a lost camera delivered again. */
    public long reconnects() {
        return reconnects.get();
    }

    /** How much of the source has been read, from 0 to 1; empty if its end is unknown. */
    public OptionalDouble progress() {
        return current.map(FrameReader::progress).orElse(OptionalDouble.empty());
    }
}
