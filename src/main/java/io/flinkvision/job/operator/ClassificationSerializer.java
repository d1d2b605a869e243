package io.flinkvision.job.operator;

import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** The binary form of a {@link Classification} between operators that are not chained. */
public final class ClassificationSerializer extends RecordSerializer<Classification> {

    public static final ClassificationSerializer INSTANCE = new ClassificationSerializer();

    private static final long serialVersionUID = 1L;

    @Override
    public void serialize(Classification record, DataOutputView target) throws IOException {
        RecordFields.writeCoordinates(record.source(), target);
        RecordFields.writeOptionalBytes(record.key(), target);
        RecordFields.writeHeaders(record.headers(), target);
        target.writeBoolean(record.captureTime().isPresent());
        if (record.captureTime().isPresent()) {
            target.writeLong(record.captureTime().get().toEpochMilli());
        }
        target.writeInt(record.width());
        target.writeInt(record.height());
        RecordFields.writeText(record.format(), target);
        RecordFields.writeText(record.modelName(), target);
        RecordFields.writeText(record.modelDigest(), target);
        RecordFields.writeLabels(record.labels(), target);
        target.writeLong(record.decodeNanos());
        target.writeLong(record.inferenceNanos());
        target.writeLong(record.classifiedAt().toEpochMilli());
        target.writeBoolean(record.reused().isPresent());
        if (record.reused().isPresent()) {
            RecordFields.writeCoordinates(record.reused().get(), target);
        }
    }

    @Override
    public Classification deserialize(DataInputView source) throws IOException {
        return new Classification(
                RecordFields.readCoordinates(source),
                RecordFields.readOptionalBytes(source),
                RecordFields.readHeaders(source),
                source.readBoolean() ? Optional.of(Instant.ofEpochMilli(source.readLong())) : Optional.empty(),
                source.readInt(),
                source.readInt(),
                RecordFields.readText(source),
                RecordFields.readText(source),
                RecordFields.readText(source),
                RecordFields.readLabels(source),
                source.readLong(),
                source.readLong(),
                Instant.ofEpochMilli(source.readLong()),
                source.readBoolean() ? Optional.of(RecordFields.readCoordinates(source)) : Optional.empty());
    }

    @Override
    public TypeSerializerSnapshot<Classification> snapshotConfiguration() {
        return new Snapshot();
    }

    /** The serialiser's mark in a savepoint. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<Classification> {
        public Snapshot() {
            super(() -> INSTANCE);
        }
    }
}
