package io.flinkvision.job.operator;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.flinkvision.core.head.Backbone;
import io.flinkvision.core.head.Head;
import io.flinkvision.core.head.SampleHeads;
import io.flinkvision.core.image.RegionBox;
import io.flinkvision.job.record.RawRecord;
import io.flinkvision.job.record.RecordCoordinates;
import io.flinkvision.job.record.Region;
import io.flinkvision.job.record.RegionKey;
import io.flinkvision.job.region.RegionChange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A heads topic of one partition, as a list of records. */
final class Declarations {

    static final RegionBox BOX = new RegionBox(0.25, 0.25, 0.5, 0.5);

    private final List<RawRecord> records = new ArrayList<>();

    /** A region of {@link #BOX}. */
    static Region region(String key, Optional<Duration> every, Optional<Head> head) {
        return new Region(RegionKey.parse(key), BOX, every, head);
    }

    /** Adds the declaration of a region with a head, whose name is the label that it gives. */
    RawRecord declare(String key, String head, Backbone backbone) {
        return add(key, Optional.of(region(key, Optional.empty(),
                Optional.of(SampleHeads.of(head, backbone.digest(), backbone.features()))).toJson()));
    }

    RawRecord remove(String key) {
        return add(key, Optional.empty());
    }

    RawRecord add(String key, Optional<byte[]> value) {
        RawRecord record = new RawRecord(new RecordCoordinates("heads", 0, records.size()),
                Optional.of(key.getBytes(UTF_8)), value, List.of());
        records.add(record);
        return record;
    }

    List<RawRecord> records() {
        return List.copyOf(records);
    }

    /** The change that a good record makes. */
    static RegionChange change(RawRecord record) {
        RegionKey key = RegionKey.parse(new String(record.key().orElseThrow(), UTF_8));
        return new RegionChange(record.coordinates(), key, record.value().map(value -> Region.read(key, value)));
    }
}
