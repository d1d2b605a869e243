package io.flinkvision.tools.wall;

import io.flinkvision.job.record.MalformedRecordException;
import io.flinkvision.job.record.ModelComparison;
import io.flinkvision.job.record.PlausibleTime;
import io.flinkvision.job.record.StateRecord;
import io.flinkvision.tools.ToolException;
import io.flinkvision.tools.wall.EventStream.CameraChoice;
import io.flinkvision.tools.wall.Problems.Kind;
import io.flinkvision.tools.wall.TopicFollower.Reading;
import io.flinkvision.tools.watch.EventRecord;
import io.flinkvision.tools.watch.LabelReader;
import io.flinkvision.tools.watch.OutputRecord.Classified;
import io.flinkvision.tools.watch.OutputRecord.Malformed;
import io.flinkvision.tools.watch.OutputRecord;
import io.flinkvision.tools.watch.StartPosition;
import io.flinkvision.tools.watch.TopicReader;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A web page with the last picture of each camera, its labels and their history, the events and the dead letters. All
 * of it is in memory, which is bounded, and nothing is stored.
 */
public final class Wall implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Wall.class);

    /** The wall begins with the records of the last minute, so that it does not start empty. */
    private static final Duration HISTORY = Duration.ofMinutes(1);

    private final InstantSource clock = InstantSource.system();
    private final long startedAt = clock.millis();
    private final Traffic traffic = new Traffic(clock);
    private final Problems problems = new Problems(clock);
    private final RecentDeadLetters deadLetters = new RecentDeadLetters(clock);
    private final AtomicReference<Optional<EventStream>> stream = new AtomicReference<>(Optional.empty());
    private final ShadowComparison comparison = new ShadowComparison(clock);
    private final Cameras cameras;
    private final CameraEvents events;
    private final URI address;
    private Optional<TeachingParts> teaching = Optional.empty();

    /** The parts that were started, the last one first. */
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();

    private Wall(WallSettings settings) {
        cameras = new Cameras(settings.maxCameras(), settings.job().inputTopics(),
                settings.job().pictures().isPresent(),
                () -> stream.get().map(EventStream::hasViewers).orElse(false), clock);
        events = new CameraEvents(cameras::nextVersion, cameras::isKnown, clock);
        try {
            address = open(settings);
        } catch (RuntimeException e) {
            close();
            throw e instanceof KafkaException ? new ToolException("No Kafka client: " + e.getMessage(), e) : e;
        }
    }

    /**
     * Starts a wall, also while Kafka is down.
     *
     * @throws ToolException if it cannot listen on its address, or the Kafka clients' properties are wrong
     */
    public static Wall start(WallSettings settings) {
        return new Wall(settings);
    }

    private URI open(WallSettings settings) {
        WatchedJob job = settings.job();
        EventStream pages = part(new EventStream(this::news));
        stream.set(Optional.of(pages));
        teaching = settings.teaching()
                .map(wanted -> part(new TeachingParts(wanted, job, cameras, problems, clock)));
        Optional<TeachHandler> teachers =
                teaching.map(it -> part(new TeachHandler(it.reads(), it.changes())));
        WallServer server = part(new WallServer(settings, cameras, deadLetters, pages, teachers));
        Instant start = clock.instant().minus(HISTORY);
        part(new TopicFollower<>("wall-labels", from -> labels(job, from), start,
                guarded(this::take, OutputRecord::record), problem(Kind.LABELS), ended("Reading the labels")));
        part(new TopicFollower<>("wall-dead-letters", from -> records(job, job.deadLetters(), from), start,
                guarded(this::takeDeadLetter, record -> record), problem(Kind.DEAD_LETTERS),
                ended("Reading the dead letters")));
        job.events().ifPresent(topic -> part(new TopicFollower<>(
                "wall-events", from -> records(job, topic, from), start, guarded(this::takeEvent, record -> record),
                problem(Kind.EVENTS), ended("Reading the events"))));
        job.comparisons().ifPresent(topic -> part(new TopicFollower<>(
                "wall-comparisons", from -> records(job, topic, from), clock.instant().minus(ShadowComparison.HISTORY),
                guarded(this::takeComparison, record -> record), problem(Kind.COMPARISONS),
                ended("Reading the comparisons"))));
        job.states().ifPresent(topic -> part(new TopicFollower<>(
                // A compacted topic: all that is so now, however long it has been so.
                "wall-states", from -> records(job, topic, from), Instant.EPOCH,
                guarded(this::takeState, record -> record), problem(Kind.STATES), ended("Reading the states"))));
        job.pictures().ifPresent(pictures -> part(new TopicFollower<>(
                "wall-picture-topic", from -> records(job, pictures.name(), from),
                // What is shown at the start was sent before.
                start.minus(pictures.every()), guarded(this::takePicture, record -> record),
                problem(Kind.PICTURE_TOPIC), ended("Reading the topic of pictures"))));
        openPictures(job);
        part(new KafkaProbe(job, traffic, problems, ended("Polling the Kafka brokers")));
        return uri(settings.host(), server.address());
    }

    private void openPictures(WatchedJob job) {
        RecordPictures pictures = part(new RecordPictures(job.pictureLimits()));
        part(new PictureFetcher("wall-pictures", cameras, job.input(), pictures,
                problem(Kind.PICTURES, "The cameras' pictures cannot be read: "),
                ended("Reading the cameras' pictures")));
        part(new PictureFetcher("wall-dead-pictures", deadLetters, job.output(), pictures,
                problem(Kind.DEAD_PICTURES, "The dead letters' pictures cannot be read: "),
                ended("Reading the dead letters' pictures")));
    }

    private <T extends AutoCloseable> T part(T part) {
        parts.push(part);
        return part;
    }

    private static Reading<OutputRecord> labels(WatchedJob job, StartPosition from) {
        LabelReader reader = LabelReader.open(job.output(), job.labels(), from, LOG::info);
        return new Reading<>() {
            @Override
            public List<OutputRecord> poll(Duration timeout) {
                return reader.poll(timeout);
            }

            @Override
            public void close() {
                reader.close();
            }
        };
    }

    private static Reading<ConsumerRecord<byte[], byte[]>> records(
            WatchedJob job, String topic, StartPosition from) {
        TopicReader reader = TopicReader.open(job.output(), topic, from, LOG::info);
        return new Reading<>() {
            @Override
            public List<ConsumerRecord<byte[], byte[]>> poll(Duration timeout) {
                return reader.poll(timeout);
            }

            @Override
            public void close() {
                reader.close();
            }
        };
    }

    private Consumer<Optional<String>> problem(Kind kind) {
        return problem(kind, "");
    }

    private Consumer<Optional<String>> problem(Kind kind, String beginning) {
        return sentence -> sentence.ifPresentOrElse(
                text -> problems.set(kind, beginning + text + "."), () -> problems.clear(kind));
    }

    private Consumer<String> ended(String part) {
        return reason -> problems.ended(part, reason);
    }

    /** A record that causes a failure is counted and reported, and the next one follows. */
    private <R> Consumer<R> guarded(Consumer<R> take, Function<R, ConsumerRecord<byte[], byte[]>> kafka) {
        return record -> {
            try {
                take.accept(record);
            } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
                problems.addUnshown(kafka.apply(record), e.toString());
            }
        };
    }

    private void take(OutputRecord record) {
        long written = PlausibleTime.nearest(record.record().timestamp()).toEpochMilli();
        if (record instanceof Classified classified) {
            traffic.add(classified.classification(), written);
            cameras.add(classified.classification(), written);
            teaching.ifPresent(it -> it.take(classified));
        } else if (record instanceof Malformed malformed) {
            traffic.addMalformed();
            problems.addUnshown(malformed.record(), malformed.reason());
        }
    }

    private void takePicture(ConsumerRecord<byte[], byte[]> record) {
        OutputRecord read = OutputRecord.ofPicture(record);
        if (read instanceof Classified classified) {
            cameras.addPicture(classified.classification());
            teaching.ifPresent(it -> it.take(classified));
        } else if (read instanceof Malformed malformed) {
            traffic.addMalformed();
            problems.addUnshown(record, malformed.reason());
        }
    }

    private void takeDeadLetter(ConsumerRecord<byte[], byte[]> record) {
        traffic.addDeadLetter();
        deadLetters.add(record);
    }

    private void takeEvent(ConsumerRecord<byte[], byte[]> record) {
        try {
            events.add(EventRecord.read(Optional.ofNullable(record.value())));
        } catch (MalformedRecordException e) {
            traffic.addMalformed();
            problems.addUnshown(record, e.getMessage());
        }
    }

    private void takeComparison(ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null) {
            return;
        }
        try {
            comparison.add(ModelComparison.read(record.value()));
        } catch (MalformedRecordException e) {
            traffic.addMalformed();
            problems.addUnshown(record, e.getMessage());
        }
    }

    private void takeState(ConsumerRecord<byte[], byte[]> record) {
        try {
            StateRecord state = StateRecord.read(
                    Optional.ofNullable(record.key()), Optional.ofNullable(record.value()));
            cameras.addState(state.keyText().orElse(""), state.state());
        } catch (MalformedRecordException e) {
            traffic.addMalformed();
            problems.addUnshown(record, e.getMessage());
        }
    }

    private EventStream.News news(long since, CameraChoice choice) {
        Cameras.Changes changes = cameras.changes(since, choice);
        List<CameraEvents.View> happened = events.since(changes.whole() ? 0 : since, choice);
        return new EventStream.News(changes.version(),
                !changes.cameras().isEmpty() || !changes.gone().isEmpty() || !happened.isEmpty(),
                WallJson.message(changes, choice.maxRegions(changes.count()), happened, traffic.figures(),
                        deadLetters.count(), problems.sentences(),
                        choice.text().equals(EventStream.ALL) ? comparison.json() : Optional.empty(),
                        problems.isLive(), startedAt, clock.millis()));
    }

    private static URI uri(String host, InetSocketAddress address) {
        // 0.0.0.0 and localhost may be bound to an IPv6 address too, and only a literal one is bracketed (RFC 3986).
        String name = host.contains(":") ? "[" + host + "]" : host;
        return URI.create("http://" + name + ":" + address.getPort() + "/");
    }

    /** The wall's address, without the token. */
    public URI address() {
        return address;
    }

    /** Stops everything that was started; a second call does nothing. */
    @Override
    public void close() {
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) {
                LOG.warn("A part of the wall could not be closed", e);
            }
        }
    }
}
