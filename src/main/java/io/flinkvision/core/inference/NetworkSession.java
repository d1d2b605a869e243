package io.flinkvision.core.inference;

import io.flinkvision.core.weights.OnnxModel.InputLayout;
import java.nio.FloatBuffer;

/**
 * A network loaded into some runtime, ready to run on one thread, one picture at a time.
 *
 * <p>The buffers belong to the session and are the runtime's own memory: fill {@link #input()}, call {@link #run()},
 * read {@link #logits()}; nothing is copied or allocated for a picture. After {@link #close()} each of them throws an
 * {@link IllegalStateException}.
 */
public interface NetworkSession extends AutoCloseable {

    /** The order of the input's dimensions. */
    InputLayout layout();

    /**
     * The input, {@code [1, 3, size, size]} or {@code [1, size, size, 3]} by its {@link #layout()}, already normalised,
     * to be filled from index 0 by absolute puts.
     */
    FloatBuffer input();

    /**
     * The output of the last {@link #run()}, {@code [1, classes]}, to be read by absolute gets: logits, or what else
     * the network makes of them.
     */
    FloatBuffer logits();

    /**
     * Computes {@link #logits()} from {@link #input()}.
     *
     * @throws InferenceException if the runtime fails
     */
    void run();

    /**
     * Ends a run that is under way on another thread as soon as the runtime looks for that, between two operators;
     * later runs fail.
     */
    void terminate();

    /** Releases the network's native memory; a second call does nothing. */
    @Override
    void close();
}
