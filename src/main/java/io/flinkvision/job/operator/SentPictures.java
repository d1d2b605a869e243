package io.flinkvision.job.operator;

import io.flinkvision.core.inference.Label;
import io.flinkvision.job.record.Classification;
import io.flinkvision.job.record.RegionAnswer;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which pictures of the cameras are due, by when the last one of each was sent and what it showed. A camera that it has
 * forgotten, or that comes to another subtask, has a picture due at once.
 */
final class SentPictures {

    /** Beyond them, those that have been silent for longest are forgotten. */
    static final int MAX_CAMERAS = 10_000;

    /** Between two pictures of a camera that changes with every frame, in nanoseconds. */
    static final long CHANGE_PAUSE_NANOS = Duration.ofSeconds(1).toNanos();

    private final long everyNanos;
    private final boolean onChange;

    /** The one whose picture was sent last at the end. */
    private final Map<String, Sent> cameras = new LinkedHashMap<>();

    /**
     * The last picture of a camera that was sent.
     *
     * @param top label of the whole picture; empty if only regions were classified
     * @param regions the last answer of each that a sent picture had
     */
    private record Sent(long atNanos, Optional<String> top, Map<String, Optional<String>> regions) {

        /** Regions that were not due count as unchanged. */
        private boolean differsFrom(Classification answer) {
            Optional<String> now = top(answer);
            return now.isPresent() && !now.equals(top)
                    || answer.regions().stream().anyMatch(region -> !shown(region).equals(regions.get(region.name())));
        }

        private Sent followedBy(Classification answer, long nanos) {
            Map<String, Optional<String>> all = new HashMap<>(regions);
            answer.regions().forEach(region -> all.put(region.name(), shown(region)));
            Optional<String> now = top(answer);
            return new Sent(nanos, now.isPresent() ? now : top, all);
        }

        private static Optional<String> top(Classification answer) {
            return answer.topLabel().map(Label::label);
        }

        /** Empty where the region's head was taught nothing like it. */
        private static Optional<String> shown(RegionAnswer region) {
            return region.unknown() ? Optional.empty() : Optional.of(region.labels().get(0).label());
        }
    }

    SentPictures(PictureSettings settings) {
        this.everyNanos = settings.every().toNanos();
        this.onChange = settings.onChange();
    }

    /** Whether a camera's picture is to be sent at this time of a monotonic clock. */
    boolean isDue(String camera, Classification answer, long nanos) {
        Sent last = cameras.get(camera);
        if (last == null) {
            return true;
        }
        long age = nanos - last.atNanos();
        return age >= everyNanos || onChange && age >= CHANGE_PAUSE_NANOS && last.differsFrom(answer);
    }

    /** Remembers that a picture was sent. */
    void sent(String camera, Classification answer, long nanos) {
        Sent last = Optional.ofNullable(cameras.remove(camera)).orElse(new Sent(0, Optional.empty(), Map.of()));
        cameras.put(camera, last.followedBy(answer, nanos));
        if (cameras.size() > MAX_CAMERAS) {
            cameras.remove(cameras.keySet().iterator().next());
        }
    }
}
