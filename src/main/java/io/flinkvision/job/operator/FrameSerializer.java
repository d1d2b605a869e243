package io.flinkvision.job.operator;

import io.flinkvision.job.event.Frame;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** The binary form of a {@link Frame} in the state, after the number of its version. */
public final class FrameSerializer extends RecordSerializer<Frame> {

    public static final FrameSerializer INSTANCE = new FrameSerializer();

    private static final long serialVersionUID = 1L;

    @Override
    public void serialize(Frame frame, DataOutputView target) throws IOException {
        StateVersion.write(target);
        EventFields.writeFrame(frame, target);
    }

    @Override
    public Frame deserialize(DataInputView source) throws IOException {
        StateVersion.read(source);
        return EventFields.readFrame(source);
    }

    @Override
    public TypeSerializerSnapshot<Frame> snapshotConfiguration() {
        return new Snapshot();
    }

    /** The serialiser's mark in a savepoint. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<Frame> {
        public Snapshot() {
            super(() -> INSTANCE);
        }
    }
}
