package io.flinkvision.tools.bench;

import java.util.OptionalLong;

/**
 * What one run over some pictures took.
 *
 * @param pictures how many were given
 * @param labelled how many of them got labels
 * @param seconds from the first picture to the last answer
 * @param processorSeconds of this process, all of its threads, less those of the thread that reads the answers
 * @param brokerSeconds of the processors, that the broker's process took; 0 where there is none
 * @param readerSeconds of the processors, that the benchmark's own reading of the answers took
 * @param allocatedBytes on Java's heap, by all threads but that reader
 * @param peakResidentBytes the most memory that this process had, with all that runs in it; empty where the system does
 *     not tell it
 */
public record Round(
        int pictures,
        int labelled,
        double seconds,
        double processorSeconds,
        double brokerSeconds,
        double readerSeconds,
        long allocatedBytes,
        OptionalLong peakResidentBytes) {

    public Round {
        if (pictures < 1 || labelled < 0 || labelled > pictures || !(seconds > 0)) {
            throw new IllegalArgumentException(
                    "A round of " + pictures + " pictures, " + labelled + " labelled, in " + seconds + " s");
        }
    }

    /** Pictures a second. */
    public double rate() {
        return pictures / seconds;
    }

    /** The processors' seconds that a picture took, apart from broker and reader. */
    public double processorSecondsAPicture() {
        return processorSeconds / pictures;
    }

    /** Bytes on Java's heap that a picture took. */
    public double allocatedBytesAPicture() {
        return (double) allocatedBytes / pictures;
    }

    /**
     * Pictures a second on processors that nobody but the measured has. Where as many threads of it work as there are
     * processors, the broker and the reader take theirs from it, evenly from all; where there are more processors than
     * threads, it is taken that those two have the others.
     *
     * @param parallelism threads that work on pictures
     * @param processors of the machine
     */
    public double rateWithoutBroker(int parallelism, int processors) {
        double taken = parallelism < processors ? 0 : (brokerSeconds + readerSeconds) / processors;
        return pictures / Math.max(seconds - taken, seconds / 10);
    }
}
