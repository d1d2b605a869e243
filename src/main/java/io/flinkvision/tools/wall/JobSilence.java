package io.flinkvision.tools.wall;

import java.time.Duration;
import java.util.OptionalLong;

/**
 * Tells a job that is away from one that has nothing to do: the one writes nothing though pictures arrive. That is
 * cheap to know, by the ends of the input's partitions.
 */
final class JobSilence {

    private final long patienceMillis;
    private long lastOutput = Long.MIN_VALUE;
    private long inputAtLastOutput;

    /** @param patience how long a job may write nothing, as one does that writes in transactions */
    JobSilence(Duration patience) {
        this.patienceMillis = patience.toMillis();
    }

    /**
     * Looks at the input.
     *
     * @param inputEnd the sum of the end offsets of all input partitions
     * @param output when the job last wrote anything, in milliseconds since 1970-01-01T00:00Z
     * @param now the time
     * @return how many pictures have come since then, where the job ought to have answered; empty where all is well
     */
    OptionalLong unanswered(long inputEnd, long output, long now) {
        if (output > lastOutput) {
            lastOutput = output;
            inputAtLastOutput = inputEnd;
        }
        return now - output >= patienceMillis && inputEnd > inputAtLastOutput
                ? OptionalLong.of(inputEnd - inputAtLastOutput)
                : OptionalLong.empty();
    }
}
