package io.flinkvision.watch.wall;

import io.flinkvision.image.DecodeLimits;
import io.flinkvision.image.ThumbnailMaker;
import io.flinkvision.image.ThumbnailMaker.Thumbnail;
import io.flinkvision.watch.ReadingProperties;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads single records of a topic for the pictures in them, and makes thumbnails, on a thread of its own. After each
 * round of pictures it rests for as long as the round took, so that it never takes more than half of a core.
 */
final class PictureFetcher implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PictureFetcher.class);

    private static final int THUMBNAIL_SIDE = 320;
    private static final int ROUND = 64;
    private static final long IDLE_MILLIS = 100;
    private static final long MOST_REST_MILLIS = 2000;
    private static final Duration POLL = Duration.ofMillis(200);
    private static final long ROUND_MILLIS = 5000;

    private final PictureGallery gallery;
    private final Properties properties;
    private final DecodeLimits limits;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;

    /**
     * Starts to fetch.
     *
     * @param name of the thread
     * @param gallery says which pictures, and is given them
     * @param consumerProperties the brokers and how to log in
     * @param limits of the pictures
     */
    PictureFetcher(String name, PictureGallery gallery, Properties consumerProperties, DecodeLimits limits) {
        this.gallery = gallery;
        this.properties = complete(consumerProperties);
        this.limits = limits;
        this.thread = new Thread(this::run, name);
        thread.setDaemon(true);
        thread.start();
    }

    private static Properties complete(Properties consumerProperties) {
        Properties complete = ReadingProperties.withoutGroup(consumerProperties);
        // What lies behind a wanted record is fetched with it and mostly thrown away; a larger record comes all the
        // same.
        complete.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, "131072");
        complete.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, "1048576");
        complete.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, "50");
        return complete;
    }

    private void run() {
        try (ThumbnailMaker maker = new ThumbnailMaker(limits, THUMBNAIL_SIDE)) {
            while (!closed.await(0, TimeUnit.MILLISECONDS)) {
                try (KafkaConsumer<byte[], byte[]> consumer =
                        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
                    work(consumer, maker);
                    consumer.close(CloseOptions.timeout(Duration.ZERO));
                } catch (KafkaException e) {
                    LOG.debug("No pictures", e);
                    closed.await(MOST_REST_MILLIS, TimeUnit.MILLISECONDS);
                }
            }
        } catch (InterruptedException e) {
            // It is being closed.
        }
    }

    private void work(KafkaConsumer<byte[], byte[]> consumer, ThumbnailMaker maker) throws InterruptedException {
        long rest = 0;
        while (!closed.await(rest, TimeUnit.MILLISECONDS)) {
            List<PictureRequest> requests = gallery.wanted(ROUND);
            long start = System.nanoTime();
            if (!requests.isEmpty()) {
                fetch(requests, consumer, maker);
            }
            long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            rest = requests.isEmpty() ? IDLE_MILLIS : Math.min(MOST_REST_MILLIS, Math.max(1, took));
        }
    }

    private void fetch(
            List<PictureRequest> requests, KafkaConsumer<byte[], byte[]> consumer, ThumbnailMaker maker) {
        Map<TopicPartition, TreeMap<Long, PictureRequest>> wanted = new HashMap<>();
        for (PictureRequest request : requests) {
            wanted.computeIfAbsent(new TopicPartition(request.record().topic(), request.record().partition()),
                    partition -> new TreeMap<>()).put(request.record().offset(), request);
        }
        consumer.assign(wanted.keySet());
        wanted.forEach((partition, offsets) -> consumer.seek(partition, offsets.firstKey()));
        long start = System.nanoTime();
        while (!wanted.isEmpty() && closed.getCount() > 0
                && System.nanoTime() - start < TimeUnit.MILLISECONDS.toNanos(ROUND_MILLIS)) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                TreeMap<Long, PictureRequest> offsets =
                        wanted.get(new TopicPartition(record.topic(), record.partition()));
                Optional.ofNullable(offsets.remove(record.offset()))
                        .ifPresent(request -> gallery.answer(request, thumbnail(record, maker)));
            }
            goOn(wanted, consumer);
        }
    }

    /** Gives up what is no longer there, and leaps over what nobody wants. */
    private void goOn(
            Map<TopicPartition, TreeMap<Long, PictureRequest>> wanted, KafkaConsumer<byte[], byte[]> consumer) {
        for (TopicPartition partition : new HashSet<>(wanted.keySet())) {
            TreeMap<Long, PictureRequest> offsets = wanted.get(partition);
            long position = consumer.position(partition);
            offsets.headMap(position).values().forEach(request -> gallery.answer(request, Optional.empty()));
            offsets.headMap(position).clear();
            if (offsets.isEmpty()) {
                wanted.remove(partition);
            } else if (offsets.firstKey() > position) {
                consumer.seek(partition, offsets.firstKey());
            }
        }
        if (wanted.size() < consumer.assignment().size()) {
            consumer.assign(wanted.keySet());
        }
    }

    private static Optional<Thumbnail> thumbnail(ConsumerRecord<byte[], byte[]> record, ThumbnailMaker maker) {
        try {
            return RecordPicture.thumbnail(record, maker);
        } catch (RuntimeException e) {
            // A picture that OpenCV stumbles over must not keep the others from being shown.
            LOG.debug("No thumbnail of {}-{}-{}", record.topic(), record.partition(), record.offset(), e);
            return Optional.empty();
        }
    }

    /** Stops fetching, and waits until that has ended; a second call does nothing. */
    @Override
    public void close() {
        closed.countDown();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
