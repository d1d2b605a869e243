package io.flinkvision.tools.wall;

import io.flinkvision.core.image.ThumbnailMaker.Thumbnail;
import io.flinkvision.job.kafka.ReadingProperties;
import io.flinkvision.job.record.RecordCoordinates;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
 * Reads single records of a topic and makes thumbnails of their pictures, on a thread of its own. After each round it
 * rests for as long as the round took, so that it uses at most half of a core. After a failure it continues without the
 * pictures of that round.
 */
final class PictureFetcher implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PictureFetcher.class);

    /** Shows pictures, and names those that it lacks. Thread-safe. */
    interface Gallery {

        /** At most {@code max} of the pictures that are lacking, the most urgent first; none without viewers. */
        List<Request> wanted(int max);

        /** @param thumbnail empty if the record is gone, or holds nothing that can be shown */
        void answer(Request request, Optional<Thumbnail> thumbnail);
    }

    /**
     * A request for a picture.
     *
     * @param holder the id of the camera or dead letter that it is shown for
     * @param record the coordinates of the Kafka record that holds it
     */
    record Request(String holder, RecordCoordinates record) {

        Request {
            Objects.requireNonNull(holder, "holder");
            Objects.requireNonNull(record, "record");
        }
    }

    private static final int ROUND = 64;
    private static final long IDLE_MILLIS = 100;
    private static final long MAX_REST_MILLIS = 2000;
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(5);
    private static final long ROUND_MILLIS = 5000;

    private final Gallery gallery;
    private final Properties properties;
    private final RecordPictures pictures;
    private final Consumer<Optional<String>> problem;
    private final WallThread thread;

    /**
     * Starts to fetch.
     *
     * @param name of the thread
     * @param consumerProperties the brokers and how to log in
     * @param problem receives the reason why there are no pictures, empty when there are again; not while no broker
     *     answers
     * @param ended receives the reason, if the thread ends before it is closed
     */
    PictureFetcher(String name, Gallery gallery, Properties consumerProperties, RecordPictures pictures,
            Consumer<Optional<String>> problem, Consumer<String> ended) {
        this.gallery = gallery;
        this.properties = complete(consumerProperties);
        this.pictures = pictures;
        this.problem = problem;
        this.thread = new WallThread(name, this::run, ended).start();
    }

    private static Properties complete(Properties consumerProperties) {
        Properties complete = ReadingProperties.withoutGroup(consumerProperties);
        // What follows a wanted record is fetched with it and mostly discarded; a larger record arrives all the same.
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
                LOG.debug("A round of pictures failed", e);
                problem.accept(Optional.of(e.toString()));
            }
            own.rest(MAX_REST_MILLIS);
        }
    }

    private void work(WallThread own, KafkaConsumer<byte[], byte[]> consumer) throws InterruptedException {
        long rest = 0;
        while (own.rest(rest)) {
            List<Request> requests = gallery.wanted(ROUND);
            long start = System.nanoTime();
            if (!requests.isEmpty()) {
                round(own, requests, consumer);
            }
            long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            rest = requests.isEmpty() ? IDLE_MILLIS : Math.min(MAX_REST_MILLIS, Math.max(1, took));
        }
    }

    private void round(WallThread own, List<Request> requests, KafkaConsumer<byte[], byte[]> consumer) {
        Map<TopicPartition, TreeMap<Long, Request>> wanted = new HashMap<>();
        for (Request request : requests) {
            wanted.computeIfAbsent(new TopicPartition(request.record().topic(), request.record().partition()),
                    partition -> new TreeMap<>()).put(request.record().offset(), request);
        }
        try {
            giveUpMissing(wanted, consumer);
            fetch(own, wanted, consumer);
            problem.accept(Optional.empty());
        } catch (RuntimeException | OutOfMemoryError e) {
            if (!(e instanceof KafkaException)) {
                // Whichever record it was: it must not be requested again before all others.
                wanted.values().forEach(offsets -> giveUp(offsets.values()));
            }
            throw e;
        }
    }

    /** Kafka's consumer would wait long for a partition or an offset that does not exist, which a record may name. */
    private void giveUpMissing(
            Map<TopicPartition, TreeMap<Long, Request>> wanted, KafkaConsumer<byte[], byte[]> consumer) {
        Map<String, Integer> partitions = wanted.keySet().stream().map(TopicPartition::topic).distinct()
                .collect(Collectors.toMap(topic -> topic, topic -> partitions(topic, consumer)));
        for (TopicPartition partition : new HashSet<>(wanted.keySet())) {
            if (partition.partition() >= partitions.get(partition.topic())) {
                giveUp(wanted.remove(partition).values());
            }
        }
        Map<TopicPartition, Long> ends = consumer.endOffsets(wanted.keySet(), REQUEST_TIMEOUT);
        ends.forEach((partition, end) -> {
            Map<Long, Request> after = wanted.get(partition).tailMap(end);
            giveUp(after.values());
            after.clear();
        });
        wanted.values().removeIf(Map::isEmpty);
    }

    private static int partitions(String topic, KafkaConsumer<byte[], byte[]> consumer) {
        try {
            return consumer.partitionsFor(topic, REQUEST_TIMEOUT).size();
        } catch (InvalidTopicException | TopicAuthorizationException e) {
            return 0;
        }
    }

    private void giveUp(Iterable<Request> requests) {
        requests.forEach(request -> gallery.answer(request, Optional.empty()));
    }

    private void fetch(WallThread own, Map<TopicPartition, TreeMap<Long, Request>> wanted,
            KafkaConsumer<byte[], byte[]> consumer) {
        consumer.assign(wanted.keySet());
        wanted.forEach((partition, offsets) -> consumer.seek(partition, offsets.firstKey()));
        long start = System.nanoTime();
        while (!wanted.isEmpty() && own.isOpen()
                && System.nanoTime() - start < TimeUnit.MILLISECONDS.toNanos(ROUND_MILLIS)) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                TreeMap<Long, Request> offsets =
                        wanted.get(new TopicPartition(record.topic(), record.partition()));
                Optional.ofNullable(offsets.remove(record.offset()))
                        .ifPresent(request -> gallery.answer(request, pictures.thumbnail(record)));
            }
            advance(wanted, consumer);
        }
    }

    /** Gives up what is no longer there, and seeks past unwanted records. */
    private void advance(
            Map<TopicPartition, TreeMap<Long, Request>> wanted, KafkaConsumer<byte[], byte[]> consumer) {
        for (TopicPartition partition : new HashSet<>(wanted.keySet())) {
            TreeMap<Long, Request> offsets = wanted.get(partition);
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

    /** Stops and waits for the end of the thread; a second call does nothing. */
    @Override
    public void close() {
        thread.close();
    }
}
