package io.flinkvision.tools.teach;

import io.flinkvision.core.image.RegionBox;
import io.flinkvision.job.record.RecordCoordinates;
import io.flinkvision.tools.ToolException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** The features of boxes of frames; the last {@value #MAX_KEPT} are kept, some 20 MB. Thread-safe. */
final class FrameFeatures {

    static final int MAX_KEPT = 5_000;

    /** Pictures that are in memory at once. */
    private static final int CHUNK = 16;

    private final FrameLookup frames;
    private final BoxNetwork network;

    /** By the time of their last use; empty for a frame that has none. */
    private final Map<Key, Optional<BoxFeatures>> kept = new LinkedHashMap<>(16, 0.75f, true);

    private record Key(RecordCoordinates frame, RegionBox box) {}

    /** Receives the frames whose pictures are gone. */
    @FunctionalInterface
    interface Missing {

        void gone(SeenFrame frame);
    }

    FrameFeatures(FrameLookup frames, BoxNetwork network) {
        this.frames = Objects.requireNonNull(frames, "frames");
        this.network = Objects.requireNonNull(network, "network");
    }

    /**
     * The features of some frames, in their order, as far as the time reaches. Frames without a picture are left out.
     *
     * @throws ToolException if no frame can be read now
     */
    Map<SeenFrame, BoxFeatures> of(List<SeenFrame> wanted, RegionBox box, Duration time, Missing missing) {
        long start = System.nanoTime();
        Map<SeenFrame, BoxFeatures> features = new LinkedHashMap<>();
        List<String> delays = new ArrayList<>();
        for (int i = 0; i < wanted.size() && System.nanoTime() - start < time.toNanos(); i += CHUNK) {
            List<SeenFrame> chunk = wanted.subList(i, Math.min(i + CHUNK, wanted.size()));
            read(chunk, box, missing).ifPresent(delays::add);
            chunk.forEach(frame -> find(frame, box).ifPresent(found -> features.put(frame, found)));
        }
        if (features.isEmpty() && !delays.isEmpty()) {
            throw new ToolException("The frames cannot be read now: " + delays.get(0));
        }
        return features;
    }

    /** Returns the reason, if one of them cannot be read now. */
    private Optional<String> read(List<SeenFrame> chunk, RegionBox box, Missing missing) {
        Map<RecordCoordinates, SeenFrame> unknown = new LinkedHashMap<>();
        chunk.stream().filter(frame -> !isKept(frame, box)).forEach(frame -> unknown.put(frame.source(), frame));
        Optional<String> delay = Optional.empty();
        for (Map.Entry<RecordCoordinates, FrameOutcome> read : frames.read(unknown.keySet()).entrySet()) {
            SeenFrame frame = unknown.get(read.getKey());
            if (read.getValue() instanceof FrameOutcome.Found found) {
                keep(frame, box, network.features(found.bytes(), box));
            } else if (read.getValue() instanceof FrameOutcome.Refused) {
                keep(frame, box, Optional.empty());
            } else if (read.getValue() instanceof FrameOutcome.Delayed delayed) {
                delay = Optional.of(delayed.reason());
            } else {
                missing.gone(frame);
            }
        }
        return delay;
    }

    private synchronized boolean isKept(SeenFrame frame, RegionBox box) {
        return kept.containsKey(new Key(frame.source(), box));
    }

    private synchronized Optional<BoxFeatures> find(SeenFrame frame, RegionBox box) {
        return Optional.ofNullable(kept.get(new Key(frame.source(), box))).flatMap(features -> features);
    }

    private synchronized void keep(SeenFrame frame, RegionBox box, Optional<BoxFeatures> features) {
        kept.put(new Key(frame.source(), box), features);
        if (kept.size() > MAX_KEPT) {
            kept.remove(kept.keySet().iterator().next());
        }
    }
}
