package io.flinkvision.tools.feed;

import io.flinkvision.tools.feed.CameraStatus.State;
import io.flinkvision.tools.feed.Source.NetworkStream;
import io.flinkvision.tools.feed.Source.VideoDevice;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RecordTooLargeException;

/**
 * One camera's way to Kafka: reads its source to the end on a thread of its own, and a live one again after each loss.
 * Files wait for Kafka; a live camera's frames go through {@link LiveFrames}, which drops the oldest.
 */
final class CameraFeed implements Runnable, FrameProblems {

    private static final Duration FIRST_WAIT = Duration.ofMillis(500);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

    private final Camera camera;
    private final FeedTarget target;
    private final Readers readers;
    private final FramePublisher publisher;
    private final LiveFrames<CameraFeed> waiting;
    private final FeedListener listener;
    private final Backoff backoff = new Backoff(FIRST_WAIT, LONGEST_WAIT);

    private final AtomicLong frames = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong unmarked = new AtomicLong();
    private final AtomicLong reconnects = new AtomicLong();
    private final Object delivery = new Object();
    private long underway;

    private volatile State state = State.CONNECTING;
    private volatile boolean stopped;
    private volatile boolean abandoned;
    private volatile Optional<FrameReader> current = Optional.empty();
    private volatile Optional<String> deliveryFailure = Optional.empty();
    private long taken;
    private long nextNumber;

    /** Opens sources, as {@link SourceReaders#open} does. */
    @FunctionalInterface
    interface Readers {

        FrameReader open(Camera camera, BooleanSupplier stopped, FrameProblems problems)
                throws IOException, InterruptedException;
    }

    CameraFeed(Camera camera, FeedTarget target, Readers readers, FramePublisher publisher,
            LiveFrames<CameraFeed> waiting, FeedListener listener) {
        this.camera = camera;
        this.target = target;
        this.readers = readers;
        this.publisher = publisher;
        this.waiting = waiting;
        this.listener = listener;
    }

    /** Reads until the source's end, or until {@link #stop} and an interruption of the thread. */
    @Override
    public void run() {
        try {
            String remark = readToTheEnd();
            state = State.ENDED;
            listener.ended(camera, remark);
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
        listener.failed(camera, reason);
    }

    /** Tells it to stop reading; what it has read is still sent. Its thread may have to be interrupted. */
    void stop() {
        stopped = true;
    }

    /** Tells it to wait for Kafka no longer. Its thread may have to be interrupted. */
    void abandon() {
        stopped = true;
        abandoned = true;
    }

    private String readToTheEnd() throws InterruptedException {
        boolean lost = false;
        while (true) {
            String reason;
            boolean comesBack = camera.source() instanceof NetworkStream || camera.source() instanceof VideoDevice;
            try (FrameReader reader = readers.open(camera, () -> stopped, this)) {
                comesBack &= reader.isLive();
                current = Optional.of(reader);
                try {
                    read(reader, lost);
                } finally {
                    awaitDelivery();
                }
                if (!comesBack || stopped || isComplete()) {
                    deliveryFailure.ifPresent(failure -> { throw new CameraException(failure); });
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
        listener.lost(camera, reason, wait);
        Thread.sleep(wait.toMillis());
        state = State.CONNECTING;
    }

    private void read(FrameReader reader, boolean lost) throws IOException, InterruptedException {
        long base = nextNumber;
        boolean first = true;
        while (!stopped && !isComplete() && deliveryFailure.isEmpty()) {
            Optional<Frame> frame = reader.next();
            if (frame.isEmpty()) {
                return;
            }
            if (first) {
                first = false;
                state = State.RUNNING;
                backoff.reset();
                if (lost) {
                    reconnects.incrementAndGet();
                    listener.foundAgain(camera);
                }
            }
            nextNumber = base + frame.get().number() + 1;
            taken++;
            accept(frame.get(), base, reader);
        }
    }

    private boolean isComplete() {
        return camera.settings().max().filter(max -> taken >= max).isPresent();
    }

    private void accept(Frame frame, long base, FrameReader reader) throws InterruptedException {
        if (frame.bytes().length > target.largestFrameBytes()) {
            refuse(frame.file().orElse("frame " + (base + frame.number())) + " has " + frame.bytes().length
                    + " bytes, more than the limit of " + target.largestFrameBytes());
            return;
        }
        begin();
        if (reader.isLive()) {
            Frame numbered = new Frame(frame.bytes(), frame.contentType(), frame.captureTime(), base + frame.number(),
                    frame.file());
            if (waiting.add(this, numbered).isPresent()) {
                dropped.incrementAndGet();
                end();
            }
            return;
        }
        try {
            publisher.send(camera, frame, failure -> conclude(frame, reader, failure));
        } catch (InterruptException e) {
            end();
            // Kafka's own exception leaves the thread's mark of it behind.
            Thread.interrupted();
            throw new InterruptedException();
        }
    }

    /** Sends a frame that was taken from {@link LiveFrames}; on the thread that all live cameras share. */
    void sendLive(Frame frame) {
        publisher.send(camera, frame, failure -> {
            try {
                failure.ifPresentOrElse(
                        e -> refuse("Kafka did not take a frame: " + e.getMessage()), () -> count(frame));
            } finally {
                end();
            }
        });
    }

    private void conclude(Frame frame, FrameReader reader, Optional<Exception> failure) {
        try {
            if (failure.isEmpty()) {
                count(frame);
                reader.delivered(frame);
            } else if (failure.get() instanceof IllegalArgumentException) {
                refuse(frame.file().orElse("frame " + frame.number()) + " cannot be made a record: "
                        + failure.get().getMessage());
            } else if (failure.get() instanceof RecordTooLargeException) {
                reader.undelivered(frame);
                refuse(frame.file().orElse("frame " + frame.number()) + " is too large for Kafka: "
                        + failure.get().getMessage());
            } else {
                refused.incrementAndGet();
                deliveryFailure = Optional.of("Kafka does not take the frames of " + camera.id() + ": "
                        + failure.get().getMessage());
            }
        } catch (IOException e) {
            deliveryFailure = Optional.of("It cannot be remembered that " + frame.file().orElse("a frame")
                    + " was sent: " + e.getMessage());
        } finally {
            end();
        }
    }

    private void count(Frame frame) {
        frames.incrementAndGet();
        bytes.addAndGet(frame.bytes().length);
    }

    private void refuse(String reason) {
        if (refused.getAndIncrement() == 0) {
            listener.refused(camera, reason);
        }
    }

    @Override
    public void leftOut(String reason) {
        refuse(reason);
    }

    @Override
    public void unmarked(String reason) {
        if (unmarked.getAndIncrement() == 0) {
            listener.unmarked(camera, reason);
        }
    }

    private void begin() {
        synchronized (delivery) {
            underway++;
        }
    }

    private void end() {
        synchronized (delivery) {
            underway--;
            delivery.notifyAll();
        }
    }

    /** Kafka sends what it has without being asked, and gives up after its own time. */
    private void awaitDelivery() throws InterruptedException {
        boolean interrupted = false;
        synchronized (delivery) {
            while (underway > 0 && !abandoned) {
                try {
                    delivery.wait();
                } catch (InterruptedException e) {
                    // It was told to stop reading, which it has.
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            throw new InterruptedException();
        }
    }

    CameraStatus status() {
        OptionalDouble progress = current.map(FrameReader::progress).orElse(OptionalDouble.empty());
        return new CameraStatus(camera.id(), state, frames.get(), bytes.get(), dropped.get(), refused.get(),
                unmarked.get(), reconnects.get(), progress);
    }
}
