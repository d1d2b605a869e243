package io.flinkvision.job.region;

import io.flinkvision.job.record.Region;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which regions of a picture are due, by their {@code every}: a memory of the last picture that each region of each
 * camera was due in. It is not part of checkpoints, so that every region is due after a restart.
 *
 * <p>A region of a picture without a key is always due, since that picture is of no known camera. So is one whose
 * pictures have gone back in time: a clock was set, or they are sent again.
 */
public final class RegionSchedule {

    /** Regions that are remembered, one for each camera that has it. The one that was due longest ago makes room. */
    static final int MAX_REMEMBERED = 100_000;

    private final Map<CameraRegion, Instant> lastDue;

    /** @param camera the key of its pictures */
    private record CameraRegion(ByteBuffer camera, String region) {}

    public RegionSchedule() {
        this(MAX_REMEMBERED);
    }

    RegionSchedule(int maxRemembered) {
        lastDue = new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<CameraRegion, Instant> eldest) {
                return size() > maxRemembered;
            }
        };
    }

    /**
     * Whether a region is due in a picture.
     *
     * @param cameraKey the picture's key
     * @param time when the picture was taken, as far as is known
     */
    public boolean isDue(Region region, Optional<byte[]> cameraKey, Instant time) {
        if (region.every().isEmpty() || cameraKey.isEmpty()) {
            return true;
        }
        Instant last = lastDue.get(key(region, cameraKey.get()));
        return last == null || !isWithin(region.every().get(), last, time);
    }

    /**
     * Remembers a picture as the last one of a region that was due. A picture that cannot be decoded is none, so that
     * the next one has its turn.
     *
     * @param cameraKey the picture's key
     * @param time as for {@link #isDue}
     */
    public void remember(Region region, Optional<byte[]> cameraKey, Instant time) {
        if (region.every().isPresent() && cameraKey.isPresent()) {
            CameraRegion key = key(region, cameraKey.get());
            // Removed first, so that it is the newest.
            lastDue.remove(key);
            lastDue.put(key, time);
        }
    }

    private static CameraRegion key(Region region, byte[] cameraKey) {
        return new CameraRegion(ByteBuffer.wrap(cameraKey), region.key().region());
    }

    private static boolean isWithin(Duration every, Instant last, Instant time) {
        Duration passed = Duration.between(last, time);
        return !passed.isNegative() && passed.compareTo(every) < 0;
    }
}
