package io.flinkvision.tools.teach;

import io.flinkvision.core.head.Head;
import io.flinkvision.job.record.Region;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** The heads that were taught for a region, and those that were published. Thread-safe. */
public final class Heads {

    /** Heads that are kept; then the oldest is deleted, but never the published one and the one before. */
    public static final int MAX_HEADS = 20;

    private Heads() {}

    /** Declares a region to running jobs, such as {@link io.flinkvision.tools.publish.HeadsTopic#publish}. */
    @FunctionalInterface
    public interface Publisher {

        /** @throws RuntimeException if it cannot, with a message for people */
        void publish(Region region);
    }

    /**
     * That a head was taught or published.
     *
     * @param digest its SHA-256
     * @param at when
     * @param who the user
     */
    public record Entry(String digest, Instant at, String who) {

        public Entry {
            Objects.requireNonNull(digest, "digest");
            Objects.requireNonNull(at, "at");
            Objects.requireNonNull(who, "who");
        }
    }

    /** The head that was taught last, unless it was published or a later one was. */
    public Optional<Entry> candidate() {
        throw new UnsupportedOperationException();
    }

    /** The published heads, the current one first, and then those that {@link #back} returns to. */
    public List<Entry> published() {
        throw new UnsupportedOperationException();
    }

    /**
     * Reads a head.
     *
     * @throws RefusedChange if it is not kept here, or its file is damaged
     */
    public Head read(String digest) {
        throw new UnsupportedOperationException();
    }

    /**
     * Publishes a head for the region's box.
     *
     * @param every see {@link Region#every}
     * @throws RefusedChange if it is not kept here
     * @throws RuntimeException of the publisher
     */
    public Head publish(String digest, Optional<Duration> every, Publisher publisher, String who) {
        throw new UnsupportedOperationException();
    }

    /**
     * Publishes the head that was published before the current one. A second call goes back by another one.
     *
     * @throws RefusedChange if there is none
     * @throws RuntimeException of the publisher
     */
    public Head back(Optional<Duration> every, Publisher publisher, String who) {
        throw new UnsupportedOperationException();
    }
}
