package io.flinkvision.tools.feed;

import io.flinkvision.core.camera.CameraDefinition;
import io.flinkvision.core.camera.CameraException;
import io.flinkvision.core.camera.CameraReading;
import io.flinkvision.core.camera.FrameReader;
import io.flinkvision.core.camera.ReadingContext.FrameForm;
import io.flinkvision.core.camera.ReadingContext;
import io.flinkvision.core.camera.WaitingFrames;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the frames of cameras to a Kafka topic: each camera on a thread of its own, all of them by one producer. The
 * caller owns the producer, and closes it after the feeder.
 */
public final class Feeder implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Feeder.class);

    /** Frames of a live camera that wait for Kafka: more than half a second of most cameras. */
    private static final int MAX_WAITING_FRAMES = 16;

    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);

    private final List<Feed> feeds = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final WaitingFrames<FrameDelivery> waiting = new WaitingFrames<>(MAX_WAITING_FRAMES);
    private final Thread sender = new Thread(this::sendLiveFrames, "feed-live");

    /**
     * The destination of the frames.
     *
     * @param topic the Kafka topic
     * @param maxFrameBytes larger frames are refused
     * @param records the folder with the records of the files that this topic has; empty to keep none
     */
    public record Target(String topic, long maxFrameBytes, Optional<Path> records) {

        public Target {
            Objects.requireNonNull(topic, "topic");
            Objects.requireNonNull(records, "records");
            if (maxFrameBytes < 1) {
                throw new IllegalArgumentException("maxFrameBytes must be at least 1, not " + maxFrameBytes);
            }
        }
    }

    /** Receives the events of cameras, which are named by their ids; called by several threads at a time. */
    public interface Listener extends CameraReading.Listener {

        /** The first frame of a camera that was refused; later ones are only counted. */
        default void refused(String camera, String reason) {}

        /** The first JPEG of a camera without an end marker, which is sent as it came; later ones are only counted. */
        default void unmarked(String camera, String reason) {}

        /** Something about a camera that its owner should know. */
        default void warned(String camera, String reason) {}
    }

    /**
     * State and counts of a camera.
     *
     * @param camera its id
     * @param frames confirmed by Kafka
     * @param bytes of these
     * @param dropped frames of a live camera that were discarded because Kafka was slower
     * @param refused frames that were too large or incomplete, or that Kafka did not take
     * @param unmarked JPEGs without an end marker, which are among {@code frames}
     * @param unchanged frames that were not sent because they look like the last one sent
     * @param reconnects after losses
     * @param progress from 0 to 1; empty if the end is unknown
     */
    public record CameraStatus(
            String camera,
            CameraReading.State state,
            long frames,
            long bytes,
            long dropped,
            long refused,
            long unmarked,
            long unchanged,
            long reconnects,
            OptionalDouble progress) {}

    /** A camera, and where its frames go. */
    record Feed(CameraReading reading, FrameDelivery delivery) {

        CameraStatus status() {
            return delivery.status(reading.state(), reading.reconnects(), reading.progress());
        }
    }

    private Feeder() {}

    /**
     * Starts once the producer knows the topic: before that, live cameras would lose frames.
     *
     * @throws CameraException if two cameras have the same id, or the producer cannot find the topic
     */
    public static Feeder start(
            List<CameraDefinition> cameras, Producer<byte[], byte[]> producer, Target target, Listener listener) {
        return start(cameras, producer, target, listener, System.in);
    }

    static Feeder start(List<CameraDefinition> cameras, Producer<byte[], byte[]> producer, Target target,
            Listener listener, InputStream standardInput) {
        Set<String> ids = new HashSet<>();
        for (CameraDefinition camera : cameras) {
            if (!ids.add(camera.id())) {
                throw new CameraException("Two cameras have the id " + camera.id()
                        + "; give each source an id of its own with --camera");
            }
        }
        try {
            producer.partitionsFor(target.topic());
        } catch (KafkaException e) {
            throw new CameraException("The producer cannot find the topic " + target.topic() + ": "
                    + e.getMessage(), e);
        }
        Feeder feeder = new Feeder();
        ReadingContext context = new ReadingContext(target.maxFrameBytes(), target.records(), standardInput, FrameForm.JPEG);
        for (CameraDefinition camera : cameras) {
            FrameDelivery delivery = new FrameDelivery(camera, target, producer, feeder.waiting, listener);
            CameraReading reading = new CameraReading(camera,
                    (stopped, problems) -> FrameReader.open(camera, context, stopped, problems), delivery, listener);
            feeder.feeds.add(new Feed(reading, delivery));
            feeder.threads.add(daemon(new Thread(reading, "feed-" + camera.id())));
        }
        daemon(feeder.sender).start();
        feeder.threads.forEach(Thread::start);
        return feeder;
    }

    /** A read from a device or from standard input may not return before the JVM exits. */
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
            // The feeder was stopped, and its timeout for Kafka has passed.
        }
    }

    private static void send(WaitingFrames.Entry<FrameDelivery> entry) {
        try {
            entry.camera().sendLive(entry.frame());
        } catch (InterruptException e) {
            throw e;
        } catch (RuntimeException | Error e) {
            // The thread serves all cameras, so no frame may end it.
            LOG.error("Frame not sent", e);
        }
    }

    /**
     * Waits until all cameras have ended and Kafka has their frames; live cameras do not end by themselves.
     *
     * @return false after the timeout
     */
    public boolean await(Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        for (Thread thread : threads) {
            thread.join(Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
            if (thread.isAlive()) {
                return false;
            }
        }
        return true;
    }

    /** The status of each camera, in the order in which they were given. */
    public List<CameraStatus> status() {
        return feeds.stream().map(Feed::status).toList();
    }

    /** Stops reading, and waits up to ten seconds until Kafka has what was read; idempotent. */
    public void stop() {
        feeds.forEach(feed -> feed.reading().stop());
        threads.forEach(Thread::interrupt);
        long deadline = System.nanoTime() + STOP_TIMEOUT.toNanos();
        boolean interrupted = false;
        for (Thread thread : threads) {
            interrupted |= !join(thread, deadline);
        }
        waiting.close();
        interrupted |= !join(sender, deadline);
        sender.interrupt();
        feeds.forEach(feed -> feed.delivery().abandon());
        threads.forEach(Thread::interrupt);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** False if this thread was interrupted. */
    private static boolean join(Thread thread, long deadline) {
        try {
            thread.join(Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }

    @Override
    public void close() {
        stop();
    }

    /** The id of the first camera that cannot be read. */
    public Optional<String> failedCamera() {
        return status().stream()
                .filter(status -> status.state() == CameraReading.State.FAILED)
                .map(CameraStatus::camera)
                .findFirst();
    }
}
