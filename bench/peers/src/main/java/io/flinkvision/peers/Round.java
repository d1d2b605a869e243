package io.flinkvision.peers;

/**
 * What one turn of a peer took.
 *
 * @param pictures how many it was given; all of them got labels
 * @param seconds from the first picture to the last label
 * @param use what the peer's process took
 * @param brokerSeconds of the processors, that the broker's process took
 */
record Round(int pictures, double seconds, Use use, double brokerSeconds) {

    double rate() {
        return pictures / seconds;
    }

    double processorSecondsAPicture() {
        return use.processorNanos() / 1e9 / pictures;
    }

    double allocatedBytesAPicture() {
        return (double) use.allocatedBytes() / pictures;
    }
}
