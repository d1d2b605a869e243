package io.flinkvision.tools.publish;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.flinkvision.core.head.Backbone;
import io.flinkvision.core.weights.ModelException;
import io.flinkvision.job.kafka.TopicContents;
import io.flinkvision.job.record.RawRecord;
import io.flinkvision.job.record.RecordCoordinates;
import io.flinkvision.job.record.Region;
import io.flinkvision.job.region.RegionLedger;
import io.flinkvision.job.region.Regions;
import io.flinkvision.tools.ToolException;
import io.flinkvision.tools.watch.TopicReader;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * The topic that declares the regions of running jobs, and the heads that answer there (docs/regions.md).
 *
 * @param name the job file's {@code model.heads-topic}
 * @param admin properties of an admin client, with the brokers and credentials
 * @param producer the same for a producer
 * @param consumer the same for a consumer
 */
public record HeadsTopic(String name, Properties admin, Properties producer, Properties consumer) {

    public HeadsTopic {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(admin, "admin");
        Objects.requireNonNull(producer, "producer");
        Objects.requireNonNull(consumer, "consumer");
    }

    /**
     * Declares a region, after the job's own rules have been applied to it; its number of regions is not known here.
     * The topic is created if it is missing.
     *
     * @param backbone the network of the job
     * @param remarks receives what was done besides, and warnings
     * @throws ModelException with the reason why the job would refuse it
     * @throws ToolException if the topic cannot be written
     */
    public RecordCoordinates publish(Region region, Backbone backbone, Consumer<String> remarks) {
        byte[] value = region.toJson();
        new RegionLedger(backbone, List.of(), RegionLedger.MAX_BYTES).accept(new RawRecord(
                new RecordCoordinates(name, 0, 0), Optional.of(region.key().toBytes()), Optional.of(value), List.of()));
        require(remarks);
        return topic().publish(Map.of(region.key().toString(), Optional.of(value))).get(0);
    }

    /**
     * Creates the topic if it is missing.
     *
     * @param remarks receives what was done, and warnings
     * @throws ToolException if the brokers do not respond, or refuse it
     */
    public void require(Consumer<String> remarks) {
        topic().require(remarks);
    }

    private CompactedTopic topic() {
        return new CompactedTopic(name, admin, producer);
    }

    /**
     * Removes what keys declare, in their order, by records without a value.
     *
     * @throws ToolException if the topic cannot be written
     */
    public List<RecordCoordinates> remove(List<String> keys) {
        Map<String, Optional<byte[]>> removals = new LinkedHashMap<>();
        keys.forEach(key -> removals.put(key, Optional.empty()));
        return topic().publish(removals);
    }

    /**
     * The keys whose latest record has a value, be it one that the job refuses.
     *
     * @throws ToolException if the topic does not exist or may not be read, or the brokers do not answer
     */
    public Set<String> keys() {
        Set<String> present = new TreeSet<>();
        try (TopicContents contents = new TopicContents(consumer, name, Duration.ZERO, TopicReader::failure)) {
            contents.readOn(record -> {
                String key = record.key() == null ? "" : new String(record.key(), UTF_8);
                if (record.value() == null) {
                    present.remove(key);
                } else {
                    present.add(key);
                }
            });
        }
        return present;
    }

    /**
     * What the topic declares now.
     *
     * @param backbone the network that heads must have been taught on
     * @throws ToolException if the topic does not exist or may not be read, or the brokers do not answer
     */
    public DeclaredRegions declared(Backbone backbone) {
        DeclaredRegions declared = new DeclaredRegions(backbone, Regions.NONE);
        declared.read(consumer, name);
        return declared;
    }

    /**
     * What a job has now: the regions of its job file, and what the topic declares if it exists.
     *
     * @param backbone the network that heads must have been taught on
     * @throws ToolException if the topic may not be read, or the brokers do not answer
     */
    public DeclaredRegions declared(Backbone backbone, Regions ofTheJobFile) {
        DeclaredRegions declared = new DeclaredRegions(backbone, ofTheJobFile);
        if (topic().exists()) {
            declared.read(consumer, name);
        }
        return declared;
    }

    /** Without the clients' properties, which hold passwords. */
    @Override
    public String toString() {
        return "HeadsTopic[" + name + "]";
    }
}
