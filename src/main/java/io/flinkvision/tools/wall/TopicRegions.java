package io.flinkvision.tools.wall;

import io.flinkvision.job.kafka.TopicContents;
import io.flinkvision.job.record.Region;
import io.flinkvision.job.record.RegionKey;
import io.flinkvision.job.region.RegionLedger;
import io.flinkvision.job.region.Regions;
import io.flinkvision.tools.ToolException;
import io.flinkvision.tools.publish.CompactedTopic;
import io.flinkvision.tools.publish.DeclaredRegions;
import io.flinkvision.tools.publish.DeclaredRegions.Declaration;
import io.flinkvision.tools.publish.HeadsTopic;
import io.flinkvision.tools.watch.TopicReader;
import io.undertow.util.StatusCodes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The regions that a job applies: those of its file and those of its heads topic, which is read on when somebody asks, at
 * most once per second. Whoever else writes to the topic is seen too. Thread-safe.
 */
final class TopicRegions implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TopicRegions.class);

    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration RETRY = Duration.ofSeconds(3);

    private final HeadsTopic topic;
    private final JobModel model;
    private final InstantSource clock;
    private Optional<Reading> reading = Optional.empty();
    private Snapshot snapshot = new Snapshot(Regions.NONE, Set.of());
    private Optional<RefusedRequestException> failure = Optional.empty();
    private Instant dueAt = Instant.MIN;

    /**
     * The regions at one time.
     *
     * @param all those that the job applies
     * @param ofTheTopic the keys of those that the topic declares
     */
    record Snapshot(Regions all, Set<RegionKey> ofTheTopic) {}

    private record Reading(TopicContents contents, DeclaredRegions declared) {}

    TopicRegions(HeadsTopic topic, JobModel model, InstantSource clock) {
        this.topic = topic;
        this.model = model;
        this.clock = clock;
    }

    /** @throws RefusedRequestException if the job's model or the topic cannot be read */
    synchronized Snapshot get() {
        if (!clock.instant().isBefore(dueAt)) {
            readOn();
        }
        failure.ifPresent(reason -> {
            throw reason;
        });
        return snapshot;
    }

    private void readOn() {
        try {
            boolean isFirst = reading.isEmpty();
            Reading current = reading.orElseGet(this::open);
            reading = Optional.of(current);
            if (current.declared().read(current.contents()) || isFirst) {
                snapshot = new Snapshot(
                        Regions.of(current.declared().all().stream().map(Declaration::region).toList()),
                        current.declared().ofTheTopic().stream().map(it -> it.region().key())
                                .collect(Collectors.toUnmodifiableSet()));
            }
            failure = Optional.empty();
            dueAt = clock.instant().plus(PAUSE);
        } catch (ToolException e) {
            stopReading();
            failure = Optional.of(new RefusedRequestException(StatusCodes.SERVICE_UNAVAILABLE, e.getMessage() + "."));
            dueAt = clock.instant().plus(RETRY);
        }
    }

    private Reading open() {
        JobModel.Model opened = model.get();
        // As a publication would; so a job that is started later finds it.
        new CompactedTopic(topic.name(), topic.admin(), topic.producer()).require(LOG::info);
        return new Reading(new TopicContents(topic.consumer(), topic.name(), Duration.ZERO, TopicReader::failure),
                new DeclaredRegions(opened.backbone(), opened.regions()));
    }

    /**
     * Declares a region, unless there are as many as a job may have.
     *
     * @throws RefusedRequestException if it cannot be declared
     */
    void publish(Region region) {
        requireRoom(region.key());
        try {
            topic.publish(region, model.get().backbone(), LOG::info);
        } catch (ToolException e) {
            throw new RefusedRequestException(StatusCodes.SERVICE_UNAVAILABLE, e.getMessage() + ".");
        }
        readSoon();
    }

    /** @throws RefusedRequestException if another region of this key would be one too many */
    void requireRoom(RegionKey key) {
        Regions all = get().all();
        List<RegionKey> keys = all.all().stream().map(Region::key).toList();
        if (keys.contains(key)) {
            return;
        }
        long ofTheCamera = keys.stream().filter(other -> other.camera().equals(key.camera())).count();
        if (ofTheCamera >= Region.MAX_PER_CAMERA || keys.size() >= RegionLedger.MAX_REGIONS) {
            throw new RefusedRequestException(StatusCodes.INSUFFICIENT_STORAGE, "There is no room for another region: a"
                    + " camera has at most " + Region.MAX_PER_CAMERA + ", and a job " + RegionLedger.MAX_REGIONS
                    + "; remove some.");
        }
    }

    /** Removes what the topic declares; a region of the job file with this key then counts again. */
    void remove(RegionKey key) {
        try {
            topic.remove(List.of(key.toString()));
        } catch (ToolException e) {
            throw new RefusedRequestException(StatusCodes.SERVICE_UNAVAILABLE, e.getMessage() + ".");
        }
        readSoon();
    }

    private synchronized void readSoon() {
        dueAt = Instant.MIN;
    }

    private void stopReading() {
        reading.ifPresent(current -> current.contents().close());
        reading = Optional.empty();
    }

    /** Closes the connection; a second call does nothing. */
    @Override
    public synchronized void close() {
        stopReading();
    }
}
