package io.flinkvision.job.region;

import io.flinkvision.job.record.RecordCoordinates;
import io.flinkvision.job.record.Region;
import io.flinkvision.job.record.RegionKey;
import java.util.Objects;
import java.util.Optional;

/**
 * An accepted record of the heads topic, for every subtask of the decode operator.
 *
 * @param source where the record was read
 * @param key the region that it declares or removes
 * @param region the declaration; empty if it removes what the topic declared
 */
public record RegionChange(RecordCoordinates source, RegionKey key, Optional<Region> region) {

    /** @throws IllegalArgumentException if the region has another key */
    public RegionChange {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(region, "region");
        if (region.filter(declared -> !declared.key().equals(key)).isPresent()) {
            throw new IllegalArgumentException("The region " + region.get().key() + " is not that of the key " + key);
        }
    }
}
