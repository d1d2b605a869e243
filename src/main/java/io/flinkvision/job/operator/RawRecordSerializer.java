package io.flinkvision.job.operator;

import io.flinkvision.job.record.RawRecord;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** The binary form of an {@link RawRecord} between operators that are not chained. */
public final class RawRecordSerializer extends RecordSerializer<RawRecord> {

    public static final RawRecordSerializer INSTANCE = new RawRecordSerializer();

    private static final long serialVersionUID = 1L;

    @Override
    public void serialize(RawRecord record, DataOutputView target) throws IOException {
        RecordFields.writeCoordinates(record.coordinates(), target);
        RecordFields.writeOptionalBytes(record.key(), target);
        RecordFields.writeOptionalBytes(record.value(), target);
        RecordFields.writeHeaders(record.headers(), target);
    }

    @Override
    public RawRecord deserialize(DataInputView source) throws IOException {
        return new RawRecord(
                RecordFields.readCoordinates(source),
                RecordFields.readOptionalBytes(source),
                RecordFields.readOptionalBytes(source),
                RecordFields.readHeaders(source));
    }

    @Override
    public TypeSerializerSnapshot<RawRecord> snapshotConfiguration() {
        return new Snapshot();
    }

    /** The serialiser's mark in a savepoint. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<RawRecord> {
        public Snapshot() {
            super(() -> INSTANCE);
        }
    }
}
