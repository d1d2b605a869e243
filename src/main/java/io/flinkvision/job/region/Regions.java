package io.flinkvision.job.region;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.flinkvision.job.record.Region;
import io.flinkvision.job.record.RegionKey;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The regions of a job, by camera. A camera's own region takes the place of one of all cameras that has its name, and a
 * region of the topic that of the job file which has its key. Immutable.
 */
public final class Regions implements Serializable {

    /** No regions. */
    public static final Regions NONE = of(List.of());

    private static final long serialVersionUID = 1L;

    private final transient SortedMap<RegionKey, Region> byKey;
    private final transient Map<String, List<Region>> byCamera;
    private final transient List<Region> ofAllCameras;

    private Regions(SortedMap<RegionKey, Region> byKey) {
        this.byKey = byKey;
        Map<String, SortedMap<String, Region>> byName = new HashMap<>();
        byKey.forEach((key, region) ->
                byName.computeIfAbsent(key.camera(), camera -> new TreeMap<>()).put(key.region(), region));
        SortedMap<String, Region> shared = byName.getOrDefault(RegionKey.ALL_CAMERAS, new TreeMap<>());
        ofAllCameras = List.copyOf(shared.values());
        byCamera = new HashMap<>();
        byName.forEach((camera, own) -> {
            SortedMap<String, Region> all = new TreeMap<>(shared);
            all.putAll(own);
            byCamera.put(camera, List.copyOf(all.values()));
        });
    }

    /** @throws IllegalArgumentException if two have the same key */
    public static Regions of(Collection<Region> regions) {
        SortedMap<RegionKey, Region> byKey = new TreeMap<>();
        for (Region region : regions) {
            if (byKey.put(region.key(), region) != null) {
                throw new IllegalArgumentException("There are two regions " + region.key());
            }
        }
        return new Regions(byKey);
    }

    /** These regions and those of the heads topic, which take the place of those that have their keys. */
    public Regions with(Collection<Region> ofTheTopic) {
        SortedMap<RegionKey, Region> all = new TreeMap<>(byKey);
        ofTheTopic.forEach(region -> all.put(region.key(), region));
        return new Regions(all);
    }

    /**
     * The regions of a camera's pictures, in the order of their names.
     *
     * @param cameraKey the pictures' key; those without one have the regions of all cameras
     */
    public List<Region> of(Optional<byte[]> cameraKey) {
        return cameraKey.flatMap(this::own).orElse(ofAllCameras);
    }

    private Optional<List<Region>> own(byte[] cameraKey) {
        if (byCamera.isEmpty()) {
            return Optional.empty();
        }
        String camera = new String(cameraKey, UTF_8);
        // Bytes that are not UTF-8 are read as replacement characters, which may be another camera's name.
        return Optional.ofNullable(byCamera.get(camera))
                .filter(regions -> Arrays.equals(camera.getBytes(UTF_8), cameraKey));
    }

    /** All of them, in the order of their keys. */
    public Collection<Region> all() {
        return byKey.values();
    }

    /** The number of regions. */
    public int size() {
        return byKey.size();
    }

    private Object writeReplace() {
        List<String> keys = new ArrayList<>();
        List<byte[]> values = new ArrayList<>();
        byKey.forEach((key, region) -> {
            keys.add(key.toString());
            values.add(region.toJson());
        });
        return new Declarations(keys, values);
    }

    /** The form of the regions in the job's graph: that of the heads topic. */
    private record Declarations(List<String> keys, List<byte[]> values) implements Serializable {

        private Object readResolve() {
            List<Region> regions = new ArrayList<>();
            for (int i = 0; i < keys.size(); i++) {
                regions.add(SharedHeads.share(Region.read(RegionKey.parse(keys.get(i)), values.get(i))));
            }
            return Regions.of(regions);
        }
    }
}
