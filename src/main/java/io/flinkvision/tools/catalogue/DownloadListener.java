package io.flinkvision.tools.catalogue;

import java.time.Duration;
import java.util.OptionalLong;

/** Is told how a download goes on. */
public interface DownloadListener {

    /**
     * Bytes begin to come.
     *
     * @param present bytes that are here already, of an earlier attempt
     * @param size of the whole file in bytes, where the server tells it
     */
    void started(long present, OptionalLong size);

    /**
     * Bytes came.
     *
     * @param present all bytes that are here now
     */
    void advanced(long present);

    /**
     * An attempt failed, and there will be another.
     *
     * @param reason why, in words
     * @param pause until the next one
     */
    void waiting(String reason, Duration pause);

    /** The file is here and is the right one. */
    void finished();
}
