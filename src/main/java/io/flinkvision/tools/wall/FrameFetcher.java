package io.flinkvision.tools.wall;

import io.flinkvision.job.record.RecordCoordinates;
import io.flinkvision.tools.teach.FrameLookup;
import io.flinkvision.tools.teach.FrameOutcome;
import java.util.Collection;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Reads the pictures of single records of the images topic, on a thread of its own. The last ones are kept, up to
 * 64 MiB. Records of other topics than the job's inputs are refused, whoever names them.
 */
final class FrameFetcher implements FrameLookup, AutoCloseable {

    /**
     * Starts to wait for requests.
     *
     * @param ended receives the reason, if the thread ends before it is closed
     */
    FrameFetcher(WatchedJob job, Consumer<String> ended) {}

    @Override
    public Map<RecordCoordinates, FrameOutcome> read(Collection<RecordCoordinates> frames) {
        throw new UnsupportedOperationException();
    }

    /** Stops; a second call does nothing. */
    @Override
    public void close() {}
}
