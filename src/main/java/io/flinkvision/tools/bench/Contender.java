package io.flinkvision.tools.bench;

import io.flinkvision.tools.ToolException;
import java.util.Map;

/** A way to classify pictures, ready to be measured. */
public interface Contender extends AutoCloseable {

    /** Names it among the others. */
    String name();

    /** Number of threads that work on pictures. */
    int parallelism();

    /**
     * Classifies pictures.
     *
     * @param count number of pictures, from the set's first on
     * @return measurements by {@link Row#way}, in the order of printing
     * @throws ToolException if it stops making progress
     */
    Map<String, Round> run(PictureSet pictures, int count) throws InterruptedException;

    @Override
    void close();
}
