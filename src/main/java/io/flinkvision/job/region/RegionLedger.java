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
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides which records of the heads topic count, and remembers the keys of those that declare a region, so that their
 * number is bounded. The records must come in the topic's order.
 */
public final class RegionLedger {

    private static final Logger LOG = LoggerFactory.getLogger(RegionLedger.class);

    /** Regions of a job. */
    public static final int MAX_REGIONS = 10_000;

    /** Bytes of the topic's regions with their heads, which every subtask of the decode operator writes into checkpoints. */
    public static final long MAX_BYTES = 64 << 20;

    /**
     * The same where checkpoints are in the JobManager's memory, which takes at most 5 MiB of a subtask's state (Flink,
     * {@code JobManagerCheckpointStorage}) and fails the job at more.
     */
    public static final long MAX_BYTES_IN_MEMORY = 4 << 20;

    /** Bytes of a record's value. */
    public static final int MAX_RECORD_BYTES = 2 << 20;

    /** Its box, its times, and where it was read. */
    private static final int OTHER_BYTES = 400;

    private static final int MAX_KEY_BYTES = 4 * (RegionKey.MAX_CAMERA_LENGTH + 1 + RegionKey.MAX_REGION_LENGTH);

    private final Backbone backbone;
    private final long maxBytes;
    private final int maxRegions;
    private final int maxPerCamera;
    private final SortedSet<RegionKey> ofTheJobFile = new TreeSet<>();
    private final SortedMap<RegionKey, Integer> ofTheTopic = new TreeMap<>();
    private final Map<String, Integer> perCamera = new HashMap<>();
    private int regions;
    private long bytes;

    /**
     * A ledger without records.
     *
     * @param backbone the network that heads must have been taught on
     * @param ofTheJobFile the regions of the job file, which count too
     * @param maxBytes bytes of the topic's regions, such as {@link #MAX_BYTES}
     */
    public RegionLedger(Backbone backbone, Collection<RegionKey> ofTheJobFile, long maxBytes) {
        this(backbone, ofTheJobFile, maxBytes, MAX_REGIONS, Region.MAX_PER_CAMERA);
    }

    RegionLedger(Backbone backbone, Collection<RegionKey> ofTheJobFile, long maxBytes, int maxRegions,
            int maxPerCamera) {
        this.backbone = Objects.requireNonNull(backbone, "backbone");
        this.maxBytes = maxBytes;
        this.maxRegions = maxRegions;
        this.maxPerCamera = maxPerCamera;
        for (RegionKey key : ofTheJobFile) {
            if (this.ofTheJobFile.add(key)) {
                count(key, 1);
            }
        }
    }

    /**
     * Takes up a region of an earlier ledger, without a check of the bounds.
     *
     * @param bytes as {@link #declared} has it
     */
    public void restore(RegionKey key, int bytes) {
        add(key, bytes);
    }

    /** The regions that the topic declares, in the order of their keys, with their bytes in checkpoints. */
    public SortedMap<RegionKey, Integer> declared() {
        return Collections.unmodifiableSortedMap(ofTheTopic);
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
            int size = bytes(region.get());
            requireRoom(key, size);
            add(key, size);
        } else {
            remove(key);
        }
        return new RegionChange(record.coordinates(), key, region);
    }

    /**
     * Takes up a record of the topic that, if it is refused, is reported elsewhere.
     *
     * @return the change that it makes; empty if it is refused
     */
    public Optional<RegionChange> find(RawRecord record) {
        try {
            return Optional.of(accept(record));
        } catch (ModelException e) {
            LOG.debug("Record {} of the heads topic is refused: {}", record.coordinates(), e.getMessage());
            return Optional.empty();
        }
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

    /** What it takes in a checkpoint, nearly. */
    private static int bytes(Region region) {
        return region.key().toBytes().length + OTHER_BYTES + region.head().map(head -> head.bytes().length).orElse(0);
    }

    private void requireRoom(RegionKey key, int size) {
        long all = bytes - ofTheTopic.getOrDefault(key, 0) + size;
        if (all > maxBytes) {
            throw new ModelException("The topic's regions would have " + all + " bytes with this one, more than the "
                    + maxBytes + " that are possible" + (maxBytes == MAX_BYTES_IN_MEMORY
                            ? " while checkpoints are in the JobManager's memory; set Flink's"
                                    + " execution.checkpointing.dir, or remove some"
                            : "; remove some") + " with records without a value");
        }
        if (ofTheTopic.containsKey(key) || ofTheJobFile.contains(key)) {
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

    private void add(RegionKey key, int size) {
        Integer before = ofTheTopic.put(key, size);
        bytes += size - (before == null ? 0 : before);
        if (before == null && !ofTheJobFile.contains(key)) {
            count(key, 1);
        }
    }

    private void remove(RegionKey key) {
        Integer before = ofTheTopic.remove(key);
        bytes -= before == null ? 0 : before;
        if (before != null && !ofTheJobFile.contains(key)) {
            count(key, -1);
        }
    }

    private void count(RegionKey key, int change) {
        regions += change;
        perCamera.merge(key.camera(), change, Integer::sum);
        perCamera.remove(key.camera(), 0);
    }
}
