package io.flinkvision.tools.wall;

import io.flinkvision.tools.watch.ReadingProperties;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads single records of a topic for the pictures in them, and makes thumbnails, on a thread of its own. After each
 * round of pictures it rests for as long as the round took, so that it never takes more than half of a core. Whatever a
 * round fails by, the next one goes on without its pictures.
 */
final class PictureFetcher implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PictureFetcher.class);

    private static final int ROUND = 64;
    private static final long IDLE_MILLIS = 100;
    private static final long MOST_REST_MILLIS = 2000;
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final long ROUND_MILLIS = 5000;

    private final PictureGallery gallery;
    private final Properties properties;
    private final RecordPictures pictures;
    private final Consumer<Optional<String>> trouble;
    private final WallThread thread;

    /**
     * Starts to fetch.
     *
     * @param name of the thread
     * @param gallery says which pictures, and is given them
     * @param consumerProperties the brokers and how to log in
     * @param pictures makes the thumbnails
     * @param trouble is told why there are no pictures, and by empty that there are some again; not while no broker
     *     answers
     * @param ended is told the reason, if the thread ends before it is closed
     */
    PictureFetcher(String name, PictureGallery gallery, Properties consumerProperties, RecordPictures pictures,
            Consumer<Optional<String>> trouble, Consumer<String> ended) {
        this.gallery = gallery;
        this.properties = complete(consumerProperties);
        this.pictures = pictures;
        this.trouble = trouble;
        this.thread = new WallThread(name, this::run, ended).start();
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

    private void run(WallThread own) throws InterruptedException {
        while (own.isOpen()) {
            try (KafkaConsumer<byte[], byte[]> consumer =
                    new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
                work(own, consumer);
                consumer.close(CloseOptions.timeout(Duration.ZERO));
            } catch (KafkaException e) {
                LOG.debug("No pictures", e);
            } catch (RuntimeException | OutOfMemoryError e) {
                LOG.debug("A round of pictures was given up", e);
                trouble.accept(Optional.of(e.toString()));
            }
            own.rest(MOST_REST_MILLIS);
        }
    }

    private void work(WallThread own, KafkaConsumer<byte[], byte[]> consumer) throws InterruptedException {
        long rest = 0;
        while (own.rest(rest)) {
            List<PictureRequest> requests = gallery.wanted(ROUND);
            long start = System.nanoTime();
            if (!requests.isEmpty()) {
                round(own, requests, consumer);
            }
            long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            rest = requests.isEmpty() ? IDLE_MILLIS : Math.min(MOST_REST_MILLIS, Math.max(1, took));
        }
    }

    private void round(WallThread own, List<PictureRequest> requests, KafkaConsumer<byte[], byte[]> consumer) {
        Map<TopicPartition, TreeMap<Long, PictureRequest>> wanted = new HashMap<>();
        for (PictureRequest request : requests) {
            wanted.computeIfAbsent(new TopicPartition(request.record().topic(), request.record().partition()),
                    partition -> new TreeMap<>()).put(request.record().offset(), request);
        }
        try {
            giveUpWhatIsNowhere(wanted, consumer);
            fetch(own, wanted, consumer);
            trouble.accept(Optional.empty());
        } catch (RuntimeException | OutOfMemoryError e) {
            if (!(e instanceof KafkaException)) {
                // Whichever record it was: it must not come again and again before all others.
                wanted.values().forEach(offsets -> giveUp(offsets.values()));
            }
            throw e;
        }
    }

    /** Of a partition or an offset that is not there, which a record may name, Kafka's consumer would wait for long. */
    private void giveUpWhatIsNowhere(
            Map<TopicPartition, TreeMap<Long, PictureRequest>> wanted, KafkaConsumer<byte[], byte[]> consumer) {
        Map<String, Integer> partitions = wanted.keySet().stream().map(TopicPartition::topic).distinct()
                .collect(Collectors.toMap(topic -> topic, topic -> partitions(topic, consumer)));
        for (TopicPartition partition : new HashSet<>(wanted.keySet())) {
            if (partition.partition() >= partitions.get(partition.topic())) {
                giveUp(wanted.remove(partition).values());
            }
        }
        Map<TopicPartition, Long> ends = consumer.endOffsets(wanted.keySet(), PATIENCE);
        ends.forEach((partition, end) -> {
            Map<Long, PictureRequest> after = wanted.get(partition).tailMap(end);
            giveUp(after.values());
            after.clear();
        });
        wanted.values().removeIf(Map::isEmpty);
    }

    private static int partitions(String topic, KafkaConsumer<byte[], byte[]> consumer) {
        try {
            return consumer.partitionsFor(topic, PATIENCE).size();
        } catch (InvalidTopicException | TopicAuthorizationException e) {
            return 0;
        }
    }

    private void giveUp(Iterable<PictureRequest> requests) {
        requests.forEach(request -> gallery.answer(request, Optional.empty()));
    }

    private void fetch(WallThread own, Map<TopicPartition, TreeMap<Long, PictureRequest>> wanted,
            KafkaConsumer<byte[], byte[]> consumer) {
        consumer.assign(wanted.keySet());
        wanted.forEach((partition, offsets) -> consumer.seek(partition, offsets.firstKey()));
        long start = System.nanoTime();
        while (!wanted.isEmpty() && own.isOpen()
                && System.nanoTime() - start < TimeUnit.MILLISECONDS.toNanos(ROUND_MILLIS)) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                TreeMap<Long, PictureRequest> offsets =
                        wanted.get(new TopicPartition(record.topic(), record.partition()));
                Optional.ofNullable(offsets.remove(record.offset()))
                        .ifPresent(request -> gallery.answer(request, pictures.thumbnail(record)));
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
            giveUp(new ArrayList<>(offsets.headMap(position).values()));
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

    /** Stops fetching, and waits until that has ended; a second call does nothing. */
    @Override
    public void close() {
        thread.close();
    }
}
