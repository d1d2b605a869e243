package io.flinkvision.peers;

import java.io.IOException;
import java.util.List;

/** A peer that is ready, and idle until it has its turn. */
interface Contender extends AutoCloseable {

    Peer peer();

    /** Has it classify so many pictures, over and over from the first. */
    Turn turn(int count) throws IOException;

    @Override
    void close();

    /**
     * A round, and what came of it.
     *
     * @param labels one of each picture, in the pictures' order
     */
    record Turn(Round round, List<String> labels) {}
}
