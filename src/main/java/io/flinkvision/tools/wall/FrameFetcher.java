package io.flinkvision.tools.wall;

import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.core.image.ImageFormat;
import io.flinkvision.core.image.RawPicture;
import io.flinkvision.job.record.PlausibleTime;
import io.flinkvision.job.record.RawRecord;
import io.flinkvision.job.record.RecordCoordinates;
import io.flinkvision.job.record.ValueEncoding;
import io.flinkvision.job.record.ValueReader;
import io.flinkvision.tools.teach.FrameLookup;
import io.flinkvision.tools.teach.FrameOutcome;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the pictures of single records of the images topic, on a thread of its own. The last ones are kept, up to
 * 64 MiB. Records of other topics than the job's inputs are refused, whoever names them.
 */
final class FrameFetcher implements FrameLookup, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(FrameFetcher.class);

    /** Of pictures that are kept, and of those that one round reads. */
    private static final long MAX_BYTES = 64L << 20;

    private static final int MAX_WAITING = 1_000;
    private static final long WAIT_MILLIS = 10_000;
    private static final long IDLE_MILLIS = 250;
    private static final long PAUSE_MILLIS = 1_000;

    private final WatchedJob job;
    private final ValueReader values;

    /** By the time of their last use. */
    private final Map<RecordCoordinates, FrameOutcome.Found> kept = new LinkedHashMap<>(16, 0.75f, true);

    private final Map<RecordCoordinates, CompletableFuture<FrameOutcome>> waiting = new HashMap<>();
    private final LinkedBlockingQueue<RecordCoordinates> queue = new LinkedBlockingQueue<>();
    private final WallThread thread;
    private long keptBytes;
    private boolean closed;

    /**
     * Starts to wait for requests.
     *
     * @param encoding the form in which records hold pictures
     * @param ended receives the reason, if the thread ends before it is closed
     */
    FrameFetcher(WatchedJob job, ValueEncoding encoding, Consumer<String> ended) {
        this.job = job;
        this.values = new ValueReader(encoding, job.limits().maxBytes());
        this.thread = new WallThread("wall-frames", this::run, ended).start();
    }

    @Override
    public Map<RecordCoordinates, FrameOutcome> read(Collection<RecordCoordinates> frames) {
        Map<RecordCoordinates, CompletableFuture<FrameOutcome>> futures = new LinkedHashMap<>();
        frames.forEach(frame -> futures.put(frame, request(frame)));
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(WAIT_MILLIS);
        Map<RecordCoordinates, FrameOutcome> outcomes = new LinkedHashMap<>();
        futures.forEach((frame, future) -> outcomes.put(frame, await(future, deadline - System.nanoTime())));
        return outcomes;
    }

    private synchronized CompletableFuture<FrameOutcome> request(RecordCoordinates frame) {
        if (!job.inputTopics().test(frame.topic())) {
            return CompletableFuture.completedFuture(
                    new FrameOutcome.Refused("The topic " + frame.topic() + " is none of the job's inputs"));
        }
        Optional<FrameOutcome> known = Optional.ofNullable(kept.get(frame));
        if (known.isPresent()) {
            return CompletableFuture.completedFuture(known.get());
        }
        if (closed || waiting.size() >= MAX_WAITING && !waiting.containsKey(frame)) {
            return CompletableFuture.completedFuture(new FrameOutcome.Delayed(
                    closed ? "the wall ends" : waiting.size() + " other pictures are waited for"));
        }
        return waiting.computeIfAbsent(frame, absent -> {
            queue.add(frame);
            return new CompletableFuture<>();
        });
    }

    private static FrameOutcome await(CompletableFuture<FrameOutcome> future, long nanos) {
        try {
            return future.get(Math.max(0, nanos), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return new FrameOutcome.Delayed("Kafka did not give it within " + WAIT_MILLIS / 1000 + " seconds");
        } catch (ExecutionException e) {
            throw new IllegalStateException("Outcomes are values", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new FrameOutcome.Delayed("the request was interrupted");
        }
    }

    private void run(WallThread own) throws InterruptedException {
        while (own.isOpen()) {
            try (SingleRecords records = new SingleRecords(job.input())) {
                while (own.isOpen()) {
                    Optional<RecordCoordinates> first =
                            Optional.ofNullable(queue.poll(IDLE_MILLIS, TimeUnit.MILLISECONDS));
                    if (first.isPresent()) {
                        round(own, first.get(), records);
                    }
                }
            } catch (RuntimeException | OutOfMemoryError e) {
                LOG.debug("A round of frames failed", e);
            }
            own.rest(PAUSE_MILLIS);
        }
    }

    private void round(WallThread own, RecordCoordinates first, SingleRecords records) {
        List<RecordCoordinates> wanted = new ArrayList<>(List.of(first));
        queue.drainTo(wanted);
        String reason = "it could not be read in time";
        try {
            long[] bytes = {0};
            records.read(wanted, (frame, record) -> {
                FrameOutcome outcome = bytes[0] > MAX_BYTES
                        ? new FrameOutcome.Delayed("others before it took " + bytes[0] + " bytes")
                        : record.map(this::outcome).orElseGet(FrameOutcome.Gone::new);
                bytes[0] += outcome instanceof FrameOutcome.Found found ? found.bytes().length : 0;
                answer(frame, outcome);
            }, own::isOpen);
        } catch (RuntimeException | OutOfMemoryError e) {
            reason = e instanceof KafkaException ? "Kafka does not give it: " + e.getMessage() : e.toString();
            throw e;
        } finally {
            FrameOutcome late = new FrameOutcome.Delayed(reason);
            wanted.forEach(frame -> answer(frame, late));
        }
    }

    /** Only the first answer counts. */
    private synchronized void answer(RecordCoordinates frame, FrameOutcome outcome) {
        Optional.ofNullable(waiting.remove(frame)).ifPresent(future -> {
            if (outcome instanceof FrameOutcome.Found found) {
                keep(frame, found);
            }
            future.complete(outcome);
        });
    }

    private void keep(RecordCoordinates frame, FrameOutcome.Found found) {
        kept.put(frame, found);
        keptBytes += found.bytes().length;
        while (keptBytes > MAX_BYTES) {
            keptBytes -= kept.remove(kept.keySet().iterator().next()).bytes().length;
        }
    }

    private FrameOutcome outcome(ConsumerRecord<byte[], byte[]> record) {
        try {
            RawRecord raw = RawRecord.of(record);
            RecordContent content = RecordContent.of(raw, values::read);
            return content instanceof RecordContent.None none
                    ? new FrameOutcome.Refused(none.reason())
                    : outcome(raw, record.timestamp(), content);
        } catch (RuntimeException | OutOfMemoryError e) {
            LOG.debug("No picture in {}-{}-{}", record.topic(), record.partition(), record.offset(), e);
            return new FrameOutcome.Refused("The record cannot be read: " + e);
        }
    }

    private FrameOutcome outcome(RawRecord record, long timestamp, RecordContent content) {
        byte[] file = content instanceof RecordContent.Raw raw ? png(raw.picture())
                : ((RecordContent.Encoded) content).bytes();
        Optional<ImageFormat> format = ImageFormat.sniff(file);
        if (format.isEmpty()) {
            return new FrameOutcome.Refused("The record holds no picture of a known format");
        }
        if (file.length > job.limits().maxBytes()) {
            return new FrameOutcome.Refused("The picture has " + file.length + " bytes, more than the job's limit of "
                    + job.limits().maxBytes());
        }
        return new FrameOutcome.Found(file, format.get(), record.keyText(),
                record.captureTime().orElseGet(() -> PlausibleTime.nearest(timestamp)));
    }

    /** @throws IllegalArgumentException if the picture is beyond the job's limits */
    private byte[] png(RawPicture picture) {
        DecodeLimits limits = job.limits();
        if (Math.max(picture.width(), picture.height()) > limits.maxSide()
                || (long) picture.width() * picture.height() > limits.maxPixels()) {
            throw new IllegalArgumentException("The picture has " + picture.width() + " x " + picture.height()
                    + " pixels, more than the job's limits");
        }
        return picture.toPng();
    }

    /** Stops; a second call does nothing. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        thread.close();
        synchronized (this) {
            waiting.values().forEach(future -> future.complete(new FrameOutcome.Delayed("the wall ends")));
            waiting.clear();
        }
    }
}
