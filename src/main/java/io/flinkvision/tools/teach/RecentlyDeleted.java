package io.flinkvision.tools.teach;

import io.flinkvision.job.record.RegionKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Pictures that were deleted just now, in memory only, so that it can be undone. Thread-safe. */
final class RecentlyDeleted {

    /** Longer than somebody needs to see a mistake. */
    static final Duration KEPT = Duration.ofMinutes(5);

    /** Bytes of all pictures together; the oldest are forgotten first. */
    static final long MAX_BYTES = 64 << 20;

    private final InstantSource clock;
    private final Map<Key, Picture> pictures = new LinkedHashMap<>();
    private long bytes;

    RecentlyDeleted(InstantSource clock) {
        this.clock = clock;
    }

    private record Key(RegionKey region, String id) {}

    private record Picture(NewPicture picture, Instant deletedAt) {}

    synchronized void add(RegionKey region, String id, NewPicture picture) {
        remove(new Key(region, id));
        pictures.put(new Key(region, id), new Picture(picture, clock.instant()));
        bytes += picture.bytes().length;
        forgetOld();
    }

    synchronized Optional<NewPicture> find(RegionKey region, String id) {
        forgetOld();
        return Optional.ofNullable(pictures.get(new Key(region, id))).map(Picture::picture);
    }

    synchronized void forget(RegionKey region) {
        pictures.keySet().stream().filter(key -> key.region().equals(region)).toList().forEach(this::remove);
    }

    private void remove(Key key) {
        Optional.ofNullable(pictures.remove(key)).ifPresent(it -> bytes -= it.picture().bytes().length);
    }

    private void forgetOld() {
        Instant oldest = clock.instant().minus(KEPT);
        for (Iterator<Picture> each = pictures.values().iterator(); each.hasNext(); ) {
            Picture picture = each.next();
            if (bytes <= MAX_BYTES && !picture.deletedAt().isBefore(oldest)) {
                return;
            }
            bytes -= picture.picture().bytes().length;
            each.remove();
        }
    }
}
