package io.flinkvision.tools.feed;

import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the frames of cameras to a Kafka topic: each camera on a thread of its own, all of them through one producer.
 * The producer remains its caller's, and is closed after the feeder.
 */
public final class Feeder implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Feeder.class);

    /** Frames of a live camera that wait for Kafka: more than half a second of most cameras. */
    private static final int WAITING_FRAMES = 16;

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final List<CameraFeed> feeds = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final LiveFrames<CameraFeed> waiting = new LiveFrames<>(WAITING_FRAMES);
    private final Thread sender = new Thread(this::sendLiveFrames, "feed-live");

    private Feeder() {}

    /**
     * Starts to feed, as soon as the producer knows the topic: until then, live cameras would lose frames.
     *
     * @param cameras with ids of which no two are the same
     * @param listener is told what happens, on several threads
     * @throws CameraException if two cameras have the same id, or the producer cannot find the topic
     */
    public static Feeder start(
            List<Camera> cameras, Producer<byte[], byte[]> producer, FeedTarget target, FeedListener listener) {
        return start(cameras, producer, target, listener, System.in);
    }

    static Feeder start(List<Camera> cameras, Producer<byte[], byte[]> producer, FeedTarget target,
            FeedListener listener, InputStream standardInput) {
        Set<String> ids = new HashSet<>();
        for (Camera camera : cameras) {
            if (!ids.add(camera.id())) {
                throw new CameraException("Two cameras have the id " + camera.id()
                        + "; --camera gives them ids of their own, one for each source");
            }
        }
        try {
            producer.partitionsFor(target.topic());
        } catch (KafkaException e) {
            throw new CameraException("Kafka does not tell where the topic " + target.topic() + " is: "
                    + e.getMessage(), e);
        }
        Feeder feeder = new Feeder();
        SourceReaders readers = new SourceReaders(target, standardInput);
        FramePublisher publisher = new FramePublisher(producer, target.topic());
        for (Camera camera : cameras) {
            CameraFeed feed = new CameraFeed(camera, target, readers::open, publisher, feeder.waiting, listener);
            feeder.feeds.add(feed);
            feeder.threads.add(daemon(new Thread(feed, "feed-" + camera.id())));
        }
        daemon(feeder.sender).start();
        feeder.threads.forEach(Thread::start);
        return feeder;
    }

    /** A read from a device or from standard input may not end before the JVM does. */
    private static Thread daemon(Thread thread) {
        thread.setDaemon(true);
        return thread;
    }

    private void sendLiveFrames() {
        try {
            for (var entry = waiting.take(); entry.isPresent(); entry = waiting.take()) {
                send(entry.get());
            }
        } catch (InterruptedException | InterruptException e) {
            // The feeder has been closed, and Kafka had its time.
        }
    }

    private static void send(LiveFrames.Entry<CameraFeed> entry) {
        try {
            entry.camera().sendLive(entry.frame());
        } catch (InterruptException e) {
            throw e;
        } catch (RuntimeException | Error e) {
            // The thread serves all cameras, and ends with none of their frames.
            LOG.error("A frame was not sent", e);
        }
    }

    /** Waits until all cameras have come to their end, and Kafka has what they delivered; live ones have none. */
    public void await() throws InterruptedException {
        for (Thread thread : threads) {
            thread.join();
        }
    }

    /**
     * The same, for a time at the most.
     *
     * @return whether all have come to their end
     */
    public boolean await(Duration time) throws InterruptedException {
        long deadline = System.nanoTime() + time.toNanos();
        for (Thread thread : threads) {
            thread.join(Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
            if (thread.isAlive()) {
                return false;
            }
        }
        return true;
    }

    /** How each camera is doing, in the order in which they were given. */
    public List<CameraStatus> status() {
        return feeds.stream().map(CameraFeed::status).toList();
    }

    /** Stops to read, and waits up to ten seconds until Kafka has what was read; a second call does nothing more. */
    public void stop() {
        feeds.forEach(CameraFeed::stop);
        threads.forEach(Thread::interrupt);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        boolean interrupted = false;
        for (Thread thread : threads) {
            interrupted |= !join(thread, deadline);
        }
        waiting.close();
        interrupted |= !join(sender, deadline);
        sender.interrupt();
        feeds.forEach(CameraFeed::abandon);
        threads.forEach(Thread::interrupt);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether that was not interrupted. */
    private static boolean join(Thread thread, long deadline) {
        try {
            thread.join(Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }

    /** The same as {@link #stop}. */
    @Override
    public void close() {
        stop();
    }

    /** The id of a camera that cannot be read, if there is one. */
    public Optional<String> failedCamera() {
        return status().stream()
                .filter(status -> status.state() == CameraStatus.State.FAILED)
                .map(CameraStatus::camera)
                .findFirst();
    }
}
