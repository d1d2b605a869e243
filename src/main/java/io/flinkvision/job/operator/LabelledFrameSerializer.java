package io.flinkvision.job.operator;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** The binary form of a {@link LabelledFrame} on its way to the subtask of its camera. */
public final class LabelledFrameSerializer extends RecordSerializer<LabelledFrame> {

    public static final LabelledFrameSerializer INSTANCE = new LabelledFrameSerializer();

    private static final long serialVersionUID = 1L;

    @Override
    public void serialize(LabelledFrame record, DataOutputView target) throws IOException {
        RecordFields.writeOptionalBytes(record.key(), target);
        EventFields.writeFrame(record.frame(), target);
    }

    @Override
    public LabelledFrame deserialize(DataInputView source) throws IOException {
        return new LabelledFrame(RecordFields.readOptionalBytes(source), EventFields.readFrame(source));
    }

    @Override
    public TypeSerializerSnapshot<LabelledFrame> snapshotConfiguration() {
        return new Snapshot();
    }

    /** The serialiser's mark in a savepoint. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<LabelledFrame> {
        public Snapshot() {
            super(() -> INSTANCE);
        }
    }
}
