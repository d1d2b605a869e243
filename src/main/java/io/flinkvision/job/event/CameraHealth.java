package io.flinkvision.job.event;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The state of the detection of a camera's troubles.
 *
 * @param last the last picture; empty before the first one, and after a silence
 * @param usual the view of the last minutes; empty before the first picture
 * @param known views that the camera has had for some time, by day, by night, in the rain; at most {@value #MAX_KNOWN}
 * @param otherLightSince since when the light has been quite another one than usual; empty if it is not
 * @param troubles those that the camera has or seems to have
 */
public record CameraHealth(Optional<SeenPicture> last, Optional<UsualView> usual, List<UsualView> known,
        Optional<Instant> otherLightSince, SortedMap<Trouble, SeenTrouble> troubles) {

    /** How many views of a camera are remembered. */
    public static final int MAX_KNOWN = 6;

    /** Before the first picture. */
    public static final CameraHealth UNKNOWN = new CameraHealth(
            Optional.empty(), Optional.empty(), List.of(), Optional.empty(), Collections.emptySortedMap());

    public CameraHealth {
        Objects.requireNonNull(last, "last");
        Objects.requireNonNull(usual, "usual");
        Objects.requireNonNull(otherLightSince, "otherLightSince");
        known = List.copyOf(known);
        troubles = Collections.unmodifiableSortedMap(new TreeMap<>(troubles));
        if (known.size() > MAX_KNOWN) {
            throw new IllegalArgumentException(
                    "A camera has " + known.size() + " known views, more than " + MAX_KNOWN);
        }
    }

    /** The troubles that were reported and have not ended, with the time at which each began. */
    public SortedMap<Trouble, Instant> present() {
        SortedMap<Trouble, Instant> present = new TreeMap<>();
        for (Map.Entry<Trouble, SeenTrouble> trouble : troubles.entrySet()) {
            if (trouble.getValue().reported()) {
                present.put(trouble.getKey(), trouble.getValue().from());
            }
        }
        return present;
    }

    /** No frames come: what was reported stays, and what was not has to last anew. */
    CameraHealth silent() {
        SortedMap<Trouble, SeenTrouble> reported = new TreeMap<>();
        troubles.forEach((trouble, seen) -> {
            if (seen.reported()) {
                reported.put(trouble, seen.withGoneSince(Optional.empty()));
            }
        });
        return new CameraHealth(Optional.empty(), usual, known, Optional.empty(), reported);
    }
}
