package io.flinkvision.tools.teach;

import io.flinkvision.job.record.RecordCoordinates;
import java.util.Collection;
import java.util.Map;

/** Reads frames by the coordinates of their records. Thread-safe. */
public interface FrameLookup {

    /**
     * Reads frames, many in one round, and waits for them at most some seconds.
     *
     * @return an outcome for each of the coordinates
     */
    Map<RecordCoordinates, FrameOutcome> read(Collection<RecordCoordinates> frames);
}
