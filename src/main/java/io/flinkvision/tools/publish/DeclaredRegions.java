package io.flinkvision.tools.publish;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.flinkvision.core.head.Backbone;
import io.flinkvision.core.weights.ModelException;
import io.flinkvision.job.kafka.TopicContents;
import io.flinkvision.job.record.RawRecord;
import io.flinkvision.job.record.Region;
import io.flinkvision.job.record.RegionKey;
import io.flinkvision.job.region.RegionChange;
import io.flinkvision.job.region.RegionLedger;
import io.flinkvision.job.region.Regions;
import io.flinkvision.tools.ToolException;
import io.flinkvision.tools.watch.TopicReader;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;

/** The regions that a job would apply, and the records of its heads topic that it would refuse. */
public final class DeclaredRegions {

    /** Of a topic of garbage the first refusals tell enough. */
    private static final int MAX_REFUSALS = 1000;

    private final RegionLedger ledger;
    private final SortedMap<RegionKey, Declaration> ofTheJobFile = new TreeMap<>();
    private final SortedMap<RegionKey, Declaration> ofTheTopic = new TreeMap<>();
    private final Map<String, Refusal> refusals = new LinkedHashMap<>();
    private long unlistedRefusals;

    /**
     * A region.
     *
     * @param source the record that declares it; empty for the job file
     */
    public record Declaration(Region region, Optional<String> source) {

        public Declaration {
            Objects.requireNonNull(region, "region");
            Objects.requireNonNull(source, "source");
        }
    }

    /**
     * A record that is refused, and not followed by another one of its key that is accepted.
     *
     * @param key as text
     * @param source where the record was read
     */
    public record Refusal(String key, String source, String reason) {}

    /**
     * Those of a job file, before the topic is read.
     *
     * @param backbone the network that heads must have been taught on
     */
    public DeclaredRegions(Backbone backbone, Regions ofTheJobFile) {
        this.ledger = new RegionLedger(
                backbone, ofTheJobFile.all().stream().map(Region::key).toList(), RegionLedger.MAX_BYTES);
        ofTheJobFile.all().forEach(region ->
                this.ofTheJobFile.put(region.key(), new Declaration(region, Optional.empty())));
    }

    /**
     * Reads the heads topic to its end.
     *
     * @param consumer properties of a consumer of the topic
     * @throws ToolException if the topic does not exist or may not be read, or the brokers do not answer
     */
    public void read(Properties consumer, String topic) {
        try (TopicContents contents = new TopicContents(consumer, topic, Duration.ZERO, TopicReader::failure)) {
            read(contents);
        }
    }

    /**
     * Reads what has come since the last call.
     *
     * @param contents of the heads topic, the same ones each time
     * @return whether there was anything
     */
    public boolean read(TopicContents contents) {
        boolean[] any = {false};
        contents.readOn(record -> {
            any[0] = true;
            take(RawRecord.of(record));
        });
        return any[0];
    }

    private void take(RawRecord record) {
        String key = record.key().map(bytes -> new String(bytes, UTF_8)).orElse("");
        String source = record.coordinates().toString();
        // Whatever comes of it, a later record of the key takes the place of an earlier one.
        refusals.remove(key);
        try {
            RegionChange change = ledger.accept(record);
            change.region().ifPresentOrElse(
                    region -> ofTheTopic.put(change.key(), new Declaration(region, Optional.of(source))),
                    () -> ofTheTopic.remove(change.key()));
        } catch (ModelException e) {
            if (refusals.size() < MAX_REFUSALS) {
                refusals.put(key, new Refusal(key, source, e.getMessage()));
            } else {
                unlistedRefusals++;
            }
        }
    }

    /** What the job applies, in the order of the keys. */
    public Collection<Declaration> all() {
        SortedMap<RegionKey, Declaration> all = new TreeMap<>(ofTheJobFile);
        all.putAll(ofTheTopic);
        return all.values();
    }

    /** What the job applies for a key. */
    public Optional<Declaration> find(RegionKey key) {
        return Optional.ofNullable(ofTheTopic.getOrDefault(key, ofTheJobFile.get(key)));
    }

    /** The latest record of a key, if it is refused. */
    public Optional<Refusal> refusal(RegionKey key) {
        return Optional.ofNullable(refusals.get(key.toString()));
    }

    /** What the topic declares, in the order of the keys. */
    public Collection<Declaration> ofTheTopic() {
        return ofTheTopic.values();
    }

    /** In the order of the records. */
    public Collection<Refusal> refusals() {
        return refusals.values();
    }

    /** The number of refused records beyond those that are listed. */
    public long unlistedRefusals() {
        return unlistedRefusals;
    }
}
