package io.flinkvision.tools.teach;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.head.Head;
import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.core.image.RegionBox;
import io.flinkvision.core.teach.Example;
import java.util.List;
import java.util.Optional;

/**
 * The job's network up to its pooled features, for boxes of frames. Whichever thread asks, one picture is decoded at a
 * time, so that native memory is needed for one only. Thread-safe.
 */
public final class BoxNetwork implements AutoCloseable {

    /**
     * Loads nothing yet.
     *
     * @param bundle the job's; its files must stay until the first picture
     * @param limits the job's
     */
    public BoxNetwork(ModelBundle bundle, DecodeLimits limits) {}

    /**
     * The features of a box of a picture; the last 5,000 are kept.
     *
     * @param bytes a whole file
     * @return empty if the picture cannot be decoded
     * @throws IllegalStateException after {@link #close()}
     */
    public Optional<BoxFeatures> features(byte[] bytes, RegionBox box) {
        throw new UnsupportedOperationException();
    }

    /**
     * The reasons for a head's answer.
     *
     * @param bytes a whole file
     * @param taught pictures that the head was taught from
     * @return empty if the picture cannot be decoded
     * @throws IllegalStateException after {@link #close()}
     */
    public Optional<Explanation> explain(byte[] bytes, RegionBox box, Head head, List<Example> taught) {
        throw new UnsupportedOperationException();
    }

    /** Releases the native memory; a second call does nothing. */
    @Override
    public void close() {}
}
