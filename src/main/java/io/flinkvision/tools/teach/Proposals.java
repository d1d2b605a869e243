package io.flinkvision.tools.teach;

import io.flinkvision.core.head.Head;
import io.flinkvision.core.image.RegionBox;
import io.flinkvision.core.teach.Example;
import io.flinkvision.job.record.RegionKey;
import java.time.Instant;
import java.util.List;
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

    /**
     * @param seen frames that were answered lately; older ones are added to it
     * @param past where older ones are read
     * @param frames where pictures are read
     * @param network that sees them
     */
    public Proposals(SeenFrames seen, FramePast past, FrameLookup frames, BoxNetwork network) {}

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
     * @param earliest the time of the oldest frame that can still be read of any camera; empty if none can
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
     * @throws io.flinkvision.tools.ToolException if the past cannot be read
     */
    public Result propose(Request request) {
        throw new UnsupportedOperationException();
    }
}
