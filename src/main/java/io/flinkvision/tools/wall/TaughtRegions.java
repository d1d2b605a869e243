package io.flinkvision.tools.wall;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.flinkvision.job.record.Region;
import io.flinkvision.job.record.RegionKey;
import io.flinkvision.tools.teach.RegionFolder;
import io.flinkvision.tools.teach.TeachingFolder;
import io.undertow.util.StatusCodes;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Finds the regions that requests name: those that the job applies, and those whose pictures are kept. */
final class TaughtRegions {

    private final Cameras cameras;
    private final TopicRegions topic;
    private final TeachingFolder folder;

    TaughtRegions(Cameras cameras, TopicRegions topic, TeachingFolder folder) {
        this.cameras = cameras;
        this.topic = topic;
        this.folder = folder;
    }

    /**
     * The key of the camera that a request names by its id.
     *
     * @throws RefusedRequestException if there is no such camera, or its records have no key
     */
    String camera(TeachRequest request) {
        return cameras.key(request.text("camera")).orElseThrow(() -> new RefusedRequestException(StatusCodes.NOT_FOUND,
                "The wall has no such camera now. Regions are of cameras whose records have a key."));
    }

    /**
     * The key of the region that a request names.
     *
     * @param field its name in the request
     * @throws RefusedRequestException if it is no name of a region
     */
    RegionKey key(TeachRequest request, String field) {
        String camera = camera(request);
        try {
            return new RegionKey(camera, request.text(field));
        } catch (IllegalArgumentException e) {
            throw new RefusedRequestException(StatusCodes.BAD_REQUEST, e.getMessage() + ".");
        }
    }

    /** The regions of a camera, in the order of their names. */
    List<TaughtRegion> of(String camera) {
        TopicRegions.Snapshot regions = topic.get();
        Map<String, TaughtRegion> byName = new TreeMap<>();
        for (Region region : regions.all().of(Optional.of(camera.getBytes(UTF_8)))) {
            RegionKey key = new RegionKey(camera, region.key().region());
            byName.put(key.region(), new TaughtRegion(
                    key, Optional.of(region), regions.ofTheTopic().contains(key), folder.region(key)));
        }
        for (RegionFolder kept : folder.regions(camera)) {
            byName.putIfAbsent(kept.key().region(),
                    new TaughtRegion(kept.key(), Optional.empty(), false, Optional.of(kept)));
        }
        return List.copyOf(byName.values());
    }

    /** The region of a key, if there is one. */
    Optional<TaughtRegion> find(RegionKey key) {
        TopicRegions.Snapshot regions = topic.get();
        Optional<Region> applied = regions.all().of(Optional.of(key.camera().getBytes(UTF_8))).stream()
                .filter(region -> region.key().region().equals(key.region()))
                .findFirst();
        Optional<RegionFolder> kept = folder.region(key);
        return applied.isEmpty() && kept.isEmpty()
                ? Optional.empty()
                : Optional.of(new TaughtRegion(key, applied, regions.ofTheTopic().contains(key), kept));
    }

    /**
     * The region that a request names by {@code camera} and {@code region}.
     *
     * @throws RefusedRequestException if there is none
     */
    TaughtRegion region(TeachRequest request) {
        RegionKey key = key(request, "region");
        return find(key).orElseThrow(() -> new RefusedRequestException(
                StatusCodes.NOT_FOUND, "The camera has no region '" + key.region() + "'."));
    }

    /**
     * The folder of a region that is to be taught, which is made if it is missing. Its box becomes the one that the job
     * applies, as somebody may have moved that elsewhere.
     */
    RegionFolder folder(TaughtRegion region, String user) {
        return region.folder()
                .filter(kept -> kept.box().equals(region.box()))
                .orElseGet(() -> folder.put(region.key(), region.box(), user));
    }
}
