package io.flinkvision.tools.teach;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.head.Head;
import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.core.teach.Teaching.Taught;
import io.flinkvision.job.record.RegionKey;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;

/**
 * Teaches heads from the pictures of regions, on threads of its own: one teaching at a time, and others wait for their
 * turn. Thread-safe.
 */
public final class RegionTeacher implements AutoCloseable {

    /**
     * @param backbone the job's model
     * @param limits the job's
     * @param threads that decode and teach, at least 1
     */
    public RegionTeacher(ModelBundle backbone, DecodeLimits limits, int threads, InstantSource clock) {
        throw new UnsupportedOperationException();
    }

    /** How far the teaching of a region is. */
    public sealed interface State {

        /** Nothing was taught since the start, or it was cancelled. */
        record Idle() implements State {}

        /** Waits, or computes the features of the pictures. */
        record Reading(int done, int total) implements State {}

        /** Has the features. */
        record Learning() implements State {}

        /** There is a candidate in the region's {@link Heads}. */
        record Done(Result result) implements State {}

        /** @param message why, for people */
        record Failed(String message) implements State {}
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
     * @param taughtOn how many of these pictures it was itself taught on, so that its answers to them say little; empty
     *     if that is not known, since it was not taught here
     */
    public record Running(Head head, HeadTrial trial, Optional<Integer> taughtOn) {

        public Running {
            Objects.requireNonNull(head, "head");
            Objects.requireNonNull(trial, "trial");
            Objects.requireNonNull(taughtOn, "taughtOn");
        }
    }

    /**
     * Starts to teach a head of the region's name.
     *
     * @param running the head that runs now, if there is one
     * @throws RefusedChange if the region is being taught, or too many wait
     */
    public void start(RegionFolder region, Optional<Head> running, String who) {
        throw new UnsupportedOperationException();
    }

    public State state(RegionKey region) {
        throw new UnsupportedOperationException();
    }

    /** Ends a teaching after the picture at hand; does nothing if there is none. */
    public void cancel(RegionKey region) {
        throw new UnsupportedOperationException();
    }

    /** Cancels all. */
    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
