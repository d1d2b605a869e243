package io.flinkvision.job.operator;

import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * The version that each value in the state begins with. A job that knows a newer form raises it and goes on reading the
 * older ones, so that a savepoint of any version before can be gone on from; the tests keep one of each.
 */
final class StateVersion {

    /** The form that is written. */
    static final int CURRENT = 1;

    private StateVersion() {}

    static void write(DataOutputView target) throws IOException {
        target.writeByte(CURRENT);
    }

    /**
     * The form that follows.
     *
     * @throws IOException if it is of a newer job than this one
     */
    static int read(DataInputView source) throws IOException {
        int version = source.readUnsignedByte();
        if (version < 1 || version > CURRENT) {
            throw new IOException("The savepoint holds state of version " + version + ", and this job reads versions 1"
                    + " to " + CURRENT + ": it was written by a newer flink-vision, which has to be used");
        }
        return version;
    }
}
