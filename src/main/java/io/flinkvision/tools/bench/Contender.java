package io.flinkvision.tools.bench;

import java.util.Map;

/** A way to classify pictures that is measured. */
interface Contender extends AutoCloseable {

    /** Threads that work on pictures. */
    int parallelism();

    /**
     * Classifies pictures.
     *
     * @param count how many, from the set's first on
     * @return what it took, by the {@link Row#way}, in the order in which they are printed
     * @throws BenchException if it does not go on
     */
    Map<String, Round> run(PictureSet pictures, int count) throws InterruptedException;

    /** Releases what it holds. */
    @Override
    void close();
}
