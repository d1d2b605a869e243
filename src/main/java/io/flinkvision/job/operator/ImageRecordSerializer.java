package io.flinkvision.job.operator;

import io.flinkvision.job.record.ImageRecord;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** The binary form of an {@link ImageRecord} between operators that are not chained. */
public final class ImageRecordSerializer extends RecordSerializer<ImageRecord> {

    public static final ImageRecordSerializer INSTANCE = new ImageRecordSerializer();

    private static final long serialVersionUID = 1L;

    @Override
    public void serialize(ImageRecord record, DataOutputView target) throws IOException {
        RecordFields.writeCoordinates(record.coordinates(), target);
        RecordFields.writeOptionalBytes(record.key(), target);
        RecordFields.writeOptionalBytes(record.value(), target);
        RecordFields.writeHeaders(record.headers(), target);
    }

    @Override
    public ImageRecord deserialize(DataInputView source) throws IOException {
        return new ImageRecord(
                RecordFields.readCoordinates(source),
                RecordFields.readOptionalBytes(source),
                RecordFields.readOptionalBytes(source),
                RecordFields.readHeaders(source));
    }

    @Override
    public TypeSerializerSnapshot<ImageRecord> snapshotConfiguration() {
        return new Snapshot();
    }

    /** The serialiser's mark in a savepoint. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<ImageRecord> {
        public Snapshot() {
            super(() -> INSTANCE);
        }
    }
}
