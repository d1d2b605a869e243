package io.flinkvision.tools.teach;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.head.Head;
import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.core.image.Reduction;
import io.flinkvision.core.teach.Teaching.Taught;
import io.flinkvision.job.record.RegionKey;
import io.flinkvision.tools.teach.RefusedChange.Reason;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Teaches heads from the pictures of regions, on a thread of its own: one teaching at a time, and others wait for their
 * turn. Thread-safe.
 */
public final class RegionTeacher implements AutoCloseable {

    /** Teachings that wait for their turn. */
    static final int MAX_WAITING = 10;

    /** Ended teachings whose outcome is kept, which for many pictures is some megabytes each. */
    static final int MAX_OUTCOMES = 20;

    private static final int CLOSE_SECONDS = 30;

    private final ModelBundle backbone;
    private final DecodeLimits limits;
    private final Reduction reduction;
    private final int threads;
    private final InstantSource clock;
    private final ExecutorService executor = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "teach");
        thread.setDaemon(true);
        return thread;
    });
    private final Map<RegionKey, TeachingSession> sessions = new LinkedHashMap<>();

    /**
     * @param backbone the job's model
     * @param limits the job's
     * @param reduction likewise
     * @param threads that decode and learn, at least 1
     */
    public RegionTeacher(ModelBundle backbone, DecodeLimits limits, Reduction reduction, int threads,
            InstantSource clock) {
        this.backbone = backbone;
        this.limits = limits;
        this.reduction = reduction;
        this.threads = threads;
        this.clock = clock;
    }

    /** How far the teaching of a region is. */
    public sealed interface State {

        /** Nothing was taught since the start, or it was cancelled. */
        record Idle() implements State {}

        /**
         * Waits, or computes the features of the pictures.
         *
         * @param done pictures that have been read
         * @param total all pictures; 0 until they have been counted
         */
        record Reading(int done, int total) implements State {}

        /** Has the features. */
        record Learning() implements State {}

        /** There is a candidate in the region's {@link Heads}. */
        record Done(Result result) implements State {}

        /** @param message why, for people */
        record Failed(String message) implements State {}

        /** Whether something is still to come. */
        default boolean isRunning() {
            return this instanceof Reading || this instanceof Learning;
        }
    }

    /**
     * What was taught.
     *
     * @param taught the candidate, and how good it is by the pictures that were held out
     * @param running the head that runs now, on the same pictures; empty if there is none
     */
    public record Result(Taught taught, Optional<Running> running) {

        public Result {
            Objects.requireNonNull(taught, "taught");
            Objects.requireNonNull(running, "running");
        }
    }

    /**
     * The answers of the head that runs now to the pictures that the candidate was taught from.
     *
     * @param head it
     * @param trial its answers; the pictures are without their features
     * @param taughtOn how many of these pictures it was itself taught on, so that its answers to them say little; empty
     *     if that is not known, since it was not taught here
     */
    public record Running(Head head, HeadTrial trial, Optional<Integer> taughtOn) {

        public Running {
            Objects.requireNonNull(head, "head");
            Objects.requireNonNull(trial, "trial");
            Objects.requireNonNull(taughtOn, "taughtOn");
        }

        /** What the count of right answers is worth, for people. */
        public String note() {
            if (taughtOn.isEmpty()) {
                return "It is not known which of these pictures it was taught on: its answers to those say little.";
            }
            return taughtOn.get() == 0 ? "It was taught on none of these pictures."
                    : "It was itself taught on " + taughtOn.get() + " of these pictures; its answers to those say"
                            + " little. The new head was always asked for pictures that it had not seen.";
        }
    }

    /**
     * Starts to teach a head of the region's name.
     *
     * @param running the head that runs now, if there is one
     * @throws RefusedChange if the region is being taught, or too many wait
     */
    public synchronized void start(RegionFolder region, Optional<Head> running, String who) {
        if (sessions.values().stream().filter(session -> session.state().isRunning()).count() > MAX_WAITING) {
            throw new RefusedChange(Reason.CONFLICT, "There are " + MAX_WAITING
                    + " regions that wait to be taught; try again when some are done");
        }
        region.beginTeaching();
        TeachingSession session =
                new TeachingSession(region, running, who, backbone, limits, reduction, threads, clock);
        sessions.remove(region.key());
        sessions.put(region.key(), session);
        List<RegionKey> ended = sessions.entrySet().stream()
                .filter(entry -> !entry.getValue().state().isRunning())
                .map(Map.Entry::getKey)
                .toList();
        ended.stream().limit(Math.max(0, ended.size() - MAX_OUTCOMES)).forEach(sessions::remove);
        executor.execute(session);
    }

    public synchronized State state(RegionKey region) {
        return Optional.ofNullable(sessions.get(region)).filter(session -> !session.isGone())
                .map(TeachingSession::state).orElseGet(State.Idle::new);
    }

    /**
     * Ends a teaching after the picture at hand. While it learns, it goes on for some seconds, and what it learnt is
     * dropped. Does nothing if there is none.
     */
    public synchronized void cancel(RegionKey region) {
        Optional.ofNullable(sessions.get(region)).ifPresent(TeachingSession::cancel);
    }

    /** Cancels all, and waits for the one at hand. */
    @Override
    public void close() {
        synchronized (this) {
            sessions.values().forEach(TeachingSession::cancel);
        }
        executor.shutdown();
        try {
            executor.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
