package io.flinkvision.tools.teach;

import io.flinkvision.core.head.Head;
import io.flinkvision.core.image.RegionBox;
import io.flinkvision.core.teach.Example;
import io.flinkvision.job.record.RegionKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Proposes frames of a region to label: spread over the time of day, the most different ones first. Thread-safe.
 */
public final class Proposals {

    /** Pictures that are proposed, unless somebody wants another number. */
    public static final int DEFAULT_COUNT = 48;

    /** The most pictures that are proposed at once. */
    public static final int MAX_COUNT = 200;

    /** Frames that are looked at, and so decoded. */
    static final int MAX_CANDIDATES = 200;

    private static final Duration FEATURES_TIME = Duration.ofSeconds(4);

    private final SeenFrames seen;
    private final KnownPast past;
    private final FrameFeatures features;

    /**
     * @param seen frames that were answered lately; older ones are added to it
     * @param past where older ones are read
     * @param frames where pictures are read
     * @param network that sees them
     */
    public Proposals(SeenFrames seen, FramePast past, FrameLookup frames, BoxNetwork network) {
        this.seen = seen;
        this.past = new KnownPast(seen, past, InstantSource.system());
        this.features = new FrameFeatures(frames, network);
    }

    /**
     * A wish for proposals.
     *
     * @param region the camera and the region's name
     * @param box where it is
     * @param taught pictures with a label already; the proposals differ from them
     * @param head the running one, if there is one
     * @param from the time of the oldest frame
     * @param until the time after the newest one
     * @param count maximum number, from 1 to {@link #MAX_COUNT}
     */
    public record Request(RegionKey region, RegionBox box, List<Example> taught, Optional<Head> head, Instant from,
            Instant until, int count) {

        public Request {
            Objects.requireNonNull(region, "region");
            Objects.requireNonNull(box, "box");
            taught = List.copyOf(taught);
            Objects.requireNonNull(head, "head");
            Objects.requireNonNull(from, "from");
            Objects.requireNonNull(until, "until");
            if (count < 1 || count > MAX_COUNT) {
                throw new IllegalArgumentException("From 1 to " + MAX_COUNT + " pictures can be proposed, not " + count);
            }
        }
    }

    /**
     * Proposals.
     *
     * @param pictures the most different ones first, near-duplicates last
     * @param earliest the time from which on frames can still be read; empty if none can
     */
    public record Result(List<Proposal> pictures, Optional<Instant> earliest) {

        public Result {
            pictures = List.copyOf(pictures);
            Objects.requireNonNull(earliest, "earliest");
        }
    }

    /**
     * Proposes frames. It takes some seconds at most; the same frames, taught pictures and head give the same
     * proposals unless time runs out.
     *
     * @throws io.flinkvision.tools.ToolException if the past cannot be read, or no frame can be read now
     * @throws io.flinkvision.core.weights.ModelException if the network has no pooled features
     * @throws io.flinkvision.core.inference.InferenceException if ONNX Runtime refuses the network, or fails
     */
    public Result propose(Request request) {
        String camera = request.region().camera();
        seen.watch(camera);
        Optional<Instant> earliest = past.read(camera, request.from(), request.until(), MAX_CANDIDATES);
        List<SeenFrame> candidates = Candidates.of(seen.frames(camera, request.from(), request.until()),
                request.region().region(), ZoneId.systemDefault(), MAX_CANDIDATES);
        Map<SeenFrame, BoxFeatures> found = features.of(
                candidates, request.box(), FEATURES_TIME, gone -> seen.removeUpTo(camera, gone));
        return new Result(
                new FarthestFirst(found, request.taught(), request.head()).choose(request.count()), earliest);
    }
}
