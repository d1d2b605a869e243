package io.flinkvision.tools.feed;

import io.flinkvision.core.camera.CameraDefinition;
import io.flinkvision.core.camera.CameraReading;
import io.flinkvision.core.camera.CapturedFrame;
import io.flinkvision.core.camera.FrameReader;
import io.flinkvision.core.camera.WaitingFrames;
import io.flinkvision.job.record.FrameHeaders;
import io.flinkvision.tools.feed.Feeder.CameraStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RecordTooLargeException;

/**
 * Sends one camera's frames by the producer that all cameras share, and counts what becomes of them. Frames of files
 * wait for Kafka; those of live cameras go through {@link WaitingFrames}, which drops the oldest.
 */
final class FrameDelivery implements CameraReading.Receiver {

    private final CameraDefinition camera;
    private final Feeder.Target target;
    private final Producer<byte[], byte[]> producer;
    private final WaitingFrames<FrameDelivery> waiting;
    private final Feeder.Listener listener;
    private final AtomicLong frames = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong unmarked = new AtomicLong();
    private final AtomicLong unchanged = new AtomicLong();
    private final Object lock = new Object();
    private long underway;
    private volatile boolean abandoned;
    private volatile Optional<String> failure = Optional.empty();

    FrameDelivery(CameraDefinition camera, Feeder.Target target, Producer<byte[], byte[]> producer,
            WaitingFrames<FrameDelivery> waiting, Feeder.Listener listener) {
        this.camera = camera;
        this.target = target;
        this.producer = producer;
        this.waiting = waiting;
        this.listener = listener;
    }

    /**
     * Sends a frame of a file, or queues that of a live camera.
     *
     * @throws InterruptedException if the thread was interrupted while the producer's memory was full
     */
    @Override
    public void accept(CapturedFrame frame, FrameReader reader) throws InterruptedException {
        if (frame.bytes().length > target.maxFrameBytes()) {
            refuse(name(frame) + " has " + frame.bytes().length + " bytes, more than the limit of "
                    + target.maxFrameBytes());
            return;
        }
        begin();
        if (reader.isLive()) {
            waiting.add(this, frame).forEach(entry -> entry.camera().drop());
            return;
        }
        try {
            send(frame, problem -> conclude(frame, reader, problem));
        } catch (InterruptException e) {
            end();
            // Kafka's exception leaves the thread's interrupted flag set.
            Thread.interrupted();
            throw new InterruptedException();
        }
    }

    private void drop() {
        dropped.incrementAndGet();
        end();
    }

    /** Sends a frame that was taken from {@link WaitingFrames}; on the thread that all live cameras share. */
    void sendLive(CapturedFrame frame) {
        send(frame, problem -> {
            try {
                problem.ifPresentOrElse(
                        e -> refuse("Kafka did not take a frame: " + e.getMessage()), () -> count(frame));
            } finally {
                end();
            }
        });
    }

    /**
     * Sends a frame; waits while the producer's memory is full.
     *
     * @param done called once, mostly on Kafka's thread: empty if the frame is on the topic, or else the reason why it
     *     is not, an {@link IllegalArgumentException} if no record can be made of it
     * @throws InterruptException if the thread was interrupted; {@code done} is not called then
     */
    private void send(CapturedFrame frame, Consumer<Optional<Exception>> done) {
        try {
            producer.send(record(frame), (metadata, problem) -> done.accept(Optional.ofNullable(problem)));
        } catch (InterruptException e) {
            throw e;
        } catch (RuntimeException e) {
            done.accept(Optional.of(e));
        } catch (OutOfMemoryError e) {
            done.accept(Optional.of(new IllegalArgumentException("not enough memory", e)));
        }
    }

    private ProducerRecord<byte[], byte[]> record(CapturedFrame frame) {
        String key = camera.settings().keyByFile() ? frame.file().orElse(camera.id()) : camera.id();
        long captureMillis = frame.captureTime().toEpochMilli();
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(target.topic(), null, captureMillis, utf8(key), frame.bytes());
        FrameHeaders.of(frame).forEach(header -> record.headers().add(header.name(), header.value().orElseThrow()));
        return record;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private void conclude(CapturedFrame frame, FrameReader reader, Optional<Exception> problem) {
        try {
            if (problem.isEmpty()) {
                count(frame);
                reader.delivered(frame);
                return;
            }
            reader.undelivered(frame);
            String reason = problem.get().getMessage();
            if (problem.get() instanceof IllegalArgumentException) {
                refuse(name(frame) + " cannot be sent as a record: " + reason);
            } else if (problem.get() instanceof RecordTooLargeException) {
                refuse(name(frame) + " is too large for Kafka: " + reason);
            } else {
                refused.incrementAndGet();
                failure = Optional.of("Kafka does not take the frames of " + camera.id() + ": " + reason);
            }
        } catch (IOException e) {
            failure = Optional.of(name(frame) + " was sent, but that cannot be recorded: " + e.getMessage());
        } finally {
            end();
        }
    }

    private static String name(CapturedFrame frame) {
        return frame.file().orElse("frame " + frame.number());
    }

    private void count(CapturedFrame frame) {
        frames.incrementAndGet();
        bytes.addAndGet(frame.bytes().length);
    }

    private void refuse(String reason) {
        if (refused.getAndIncrement() == 0) {
            listener.refused(camera.id(), reason);
        }
    }

    @Override
    public void skipped(String reason) {
        refuse(reason);
    }

    @Override
    public void unmarked(String reason) {
        if (unmarked.getAndIncrement() == 0) {
            listener.unmarked(camera.id(), reason);
        }
    }

    @Override
    public void unchanged() {
        unchanged.incrementAndGet();
    }

    @Override
    public void warned(String reason) {
        listener.warned(camera.id(), reason);
    }

    private void begin() {
        synchronized (lock) {
            underway++;
        }
    }

    private void end() {
        synchronized (lock) {
            underway--;
            lock.notifyAll();
        }
    }

    /** Waits until Kafka has confirmed or refused all frames; it gives up after its own timeout. */
    @Override
    public void await() throws InterruptedException {
        boolean interrupted = false;
        synchronized (lock) {
            while (underway > 0 && !abandoned) {
                try {
                    lock.wait();
                } catch (InterruptedException e) {
                    // The camera was told to stop reading, and what it has read is still sent.
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            throw new InterruptedException();
        }
    }

    /** Ends {@link #await}; its thread may have to be interrupted. */
    void abandon() {
        abandoned = true;
    }

    /** Why no further frame will get to the topic. */
    @Override
    public Optional<String> failure() {
        return failure;
    }

    /** The camera's status with the counts of this. */
    CameraStatus status(CameraReading.State state, long reconnects, OptionalDouble progress) {
        return new CameraStatus(camera.id(), state, frames.get(), bytes.get(), dropped.get(), refused.get(),
                unmarked.get(), unchanged.get(), reconnects, progress);
    }
}
