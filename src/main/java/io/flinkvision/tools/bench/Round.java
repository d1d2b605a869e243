package io.flinkvision.tools.bench;

import java.util.OptionalLong;

/**
 * Measurements of one turn of a contender.
 *
 * @param pictures number of pictures that it was given
 * @param labelled number of them that got labels
 * @param seconds from the first picture to the last answer
 * @param processorSeconds CPU time of all threads of its process, without the thread that reads the answers
 * @param brokerSeconds CPU time of the broker's process; 0 without a broker
 * @param readerSeconds CPU time of the thread that reads the answers
 * @param allocatedBytes allocations on the Java heap, without those of that thread
 * @param peakResidentBytes peak memory of the process; empty where it is unknown
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

    /** Pictures per second. */
    public double rate() {
        return pictures / seconds;
    }

    /** CPU time per picture, without broker and reader. */
    public double processorSecondsPerPicture() {
        return processorSeconds / pictures;
    }

    public double allocatedBytesPerPicture() {
        return (double) allocatedBytes / pictures;
    }

    /**
     * Pictures per second if the contender had all processors for itself. With as many threads as processors, broker
     * and reader take their CPU time from all threads evenly; with more processors, they are assumed to use the others.
     *
     * @param parallelism number of threads that work on pictures
     * @param processors number of processors of the machine
     */
    public double rateWithoutBroker(int parallelism, int processors) {
        double taken = parallelism < processors ? 0 : (brokerSeconds + readerSeconds) / processors;
        return pictures / Math.max(seconds - taken, seconds / 10);
    }
}
