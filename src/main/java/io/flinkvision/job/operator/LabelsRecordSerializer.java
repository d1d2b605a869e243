package io.flinkvision.job.operator;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** The binary form of a {@link LabelsRecord} between operators that are not chained: which of both it is, and that. */
public final class LabelsRecordSerializer extends RecordSerializer<LabelsRecord> {

    public static final LabelsRecordSerializer INSTANCE = new LabelsRecordSerializer();

    private static final long serialVersionUID = 1L;

    @Override
    public void serialize(LabelsRecord record, DataOutputView target) throws IOException {
        target.writeBoolean(record instanceof Classification);
        if (record instanceof Classification classification) {
            ClassificationSerializer.INSTANCE.serialize(classification, target);
        } else {
            StaleFrameSerializer.serialize((StaleFrame) record, target);
        }
    }

    @Override
    public LabelsRecord deserialize(DataInputView source) throws IOException {
        return source.readBoolean()
                ? ClassificationSerializer.INSTANCE.deserialize(source)
                : StaleFrameSerializer.deserialize(source);
    }

    @Override
    public TypeSerializerSnapshot<LabelsRecord> snapshotConfiguration() {
        return new Snapshot();
    }

    /** The serialiser's mark in a savepoint. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<LabelsRecord> {
        public Snapshot() {
            super(() -> INSTANCE);
        }
    }
}
