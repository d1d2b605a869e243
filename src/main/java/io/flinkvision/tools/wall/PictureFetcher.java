package io.flinkvision.tools.wall;

import io.flinkvision.core.image.ThumbnailMaker.Thumbnail;
import io.flinkvision.job.record.RecordCoordinates;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.common.KafkaException;
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
        this.properties = consumerProperties;
        this.pictures = pictures;
        this.problem = problem;
        this.thread = new WallThread(name, this::run, ended).start();
    }

    private void run(WallThread own) throws InterruptedException {
        while (own.isOpen()) {
            try (SingleRecords records = new SingleRecords(properties)) {
                work(own, records);
            } catch (KafkaException e) {
                LOG.debug("No pictures", e);
            } catch (RuntimeException | OutOfMemoryError e) {
                LOG.debug("A round of pictures failed", e);
                problem.accept(Optional.of(e.toString()));
            }
            own.rest(MAX_REST_MILLIS);
        }
    }

    private void work(WallThread own, SingleRecords records) throws InterruptedException {
        long rest = 0;
        while (own.rest(rest)) {
            List<Request> requests = gallery.wanted(ROUND);
            long start = System.nanoTime();
            if (!requests.isEmpty()) {
                round(own, requests, records);
            }
            long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            rest = requests.isEmpty() ? IDLE_MILLIS : Math.min(MAX_REST_MILLIS, Math.max(1, took));
        }
    }

    private void round(WallThread own, List<Request> requests, SingleRecords records) {
        Map<RecordCoordinates, Request> wanted = new HashMap<>();
        requests.forEach(request -> wanted.put(request.record(), request));
        try {
            records.read(List.copyOf(wanted.keySet()),
                    (coordinates, record) ->
                            gallery.answer(wanted.remove(coordinates), record.flatMap(pictures::thumbnail)),
                    own::isOpen);
            problem.accept(Optional.empty());
        } catch (RuntimeException | OutOfMemoryError e) {
            if (!(e instanceof KafkaException)) {
                // Whichever record it was: it must not be requested again before all others.
                wanted.values().forEach(request -> gallery.answer(request, Optional.empty()));
            }
            throw e;
        }
    }

    /** Stops and waits for the end of the thread; a second call does nothing. */
    @Override
    public void close() {
        thread.close();
    }
}
