package io.flinkvision.job.region;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.flinkvision.core.head.Backbone;
import io.flinkvision.core.weights.ModelException;
import io.flinkvision.job.record.RawRecord;
import io.flinkvision.job.record.Region;
import io.flinkvision.job.record.RegionKey;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Decides which records of the heads topic count, and remembers the keys of those that declare a region, so that their
 * number is bounded. The records must come in the topic's order.
 */
public final class RegionLedger {

    /** Regions of a job. */
    public static final int MAX_REGIONS = 10_000;

    /** Bytes of a record's value. */
    public static final int MAX_RECORD_BYTES = 2 << 20;

    private static final int MAX_KEY_BYTES = 4 * (RegionKey.MAX_CAMERA_LENGTH + 1 + RegionKey.MAX_REGION_LENGTH);

    private final Backbone backbone;
    private final int maxRegions;
    private final int maxPerCamera;
    private final SortedSet<RegionKey> ofTheJobFile = new TreeSet<>();
    private final SortedSet<RegionKey> ofTheTopic = new TreeSet<>();
    private final Map<String, Integer> perCamera = new HashMap<>();
    private int regions;

    /**
     * A ledger without records.
     *
     * @param backbone the network that heads must have been taught on
     * @param ofTheJobFile the regions of the job file, which count too
     */
    public RegionLedger(Backbone backbone, Collection<RegionKey> ofTheJobFile) {
        this(backbone, ofTheJobFile, MAX_REGIONS, Region.MAX_PER_CAMERA);
    }

    RegionLedger(Backbone backbone, Collection<RegionKey> ofTheJobFile, int maxRegions, int maxPerCamera) {
        this.backbone = Objects.requireNonNull(backbone, "backbone");
        this.maxRegions = maxRegions;
        this.maxPerCamera = maxPerCamera;
        for (RegionKey key : ofTheJobFile) {
            if (this.ofTheJobFile.add(key)) {
                count(key, 1);
            }
        }
    }

    /** Takes up the keys of an earlier ledger, without a check of the bounds. */
    public void restore(Collection<RegionKey> keys) {
        keys.forEach(this::add);
    }

    /** The keys of the regions that the topic declares, in their order. */
    public SortedSet<RegionKey> keys() {
        return new TreeSet<>(ofTheTopic);
    }

    /**
     * Takes up a record of the topic.
     *
     * @return the change that it makes
     * @throws ModelException with the reason if it is refused; what was declared before stays
     */
    public RegionChange accept(RawRecord record) {
        RegionKey key = key(record);
        Optional<Region> region = record.value().map(value -> region(key, value));
        if (region.isPresent()) {
            requireRoom(key);
            add(key);
        } else if (ofTheTopic.remove(key) && !ofTheJobFile.contains(key)) {
            count(key, -1);
        }
        return new RegionChange(record.coordinates(), key, region);
    }

    private static RegionKey key(RawRecord record) {
        byte[] key = record.key().orElseThrow(() -> new ModelException(
                "The record has no key: it must be camera/region, or " + RegionKey.ALL_CAMERAS + "/region for all"
                        + " cameras"));
        if (key.length > MAX_KEY_BYTES) {
            throw new ModelException("The record's key has " + key.length + " bytes; that of a region has at most "
                    + MAX_KEY_BYTES);
        }
        try {
            return RegionKey.parse(UTF_8.newDecoder().decode(ByteBuffer.wrap(key)).toString());
        } catch (CharacterCodingException e) {
            throw new ModelException("The record's key is not UTF-8", e);
        } catch (IllegalArgumentException e) {
            throw new ModelException(e.getMessage(), e);
        }
    }

    private Region region(RegionKey key, byte[] value) {
        if (value.length > MAX_RECORD_BYTES) {
            throw new ModelException("The record's value has " + value.length + " bytes, more than the "
                    + MAX_RECORD_BYTES + " of a region");
        }
        Region region = read(key, value);
        region.head().ifPresent(head -> head.requireTaughtOn(backbone));
        return SharedHeads.share(region);
    }

    /** A record that its reader has no words for must not stop the job either. */
    private static Region read(RegionKey key, byte[] value) {
        try {
            return Region.read(key, value);
        } catch (ModelException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new ModelException("The declaration of " + key + " cannot be read: " + e, e);
        }
    }

    private void requireRoom(RegionKey key) {
        if (ofTheTopic.contains(key) || ofTheJobFile.contains(key)) {
            return;
        }
        if (regions >= maxRegions) {
            throw new ModelException("The job has " + maxRegions + " regions already, and no more are possible; remove"
                    + " some with records without a value");
        }
        if (perCamera.getOrDefault(key.camera(), 0) >= maxPerCamera) {
            throw new ModelException("The camera " + key.camera() + " has " + maxPerCamera + " regions already, and no"
                    + " more are possible; remove some with records without a value");
        }
    }

    private void add(RegionKey key) {
        if (ofTheTopic.add(key) && !ofTheJobFile.contains(key)) {
            count(key, 1);
        }
    }

    private void count(RegionKey key, int change) {
        regions += change;
        perCamera.merge(key.camera(), change, Integer::sum);
        perCamera.remove(key.camera(), 0);
    }
}
