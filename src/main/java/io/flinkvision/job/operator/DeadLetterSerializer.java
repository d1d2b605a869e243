package io.flinkvision.job.operator;

import io.flinkvision.core.image.ErrorCode;
import io.flinkvision.job.record.DeadLetter;
import java.io.IOException;
import java.time.Instant;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** The binary form of a {@link DeadLetter} between operators that are not chained. */
public final class DeadLetterSerializer extends RecordSerializer<DeadLetter> {

    public static final DeadLetterSerializer INSTANCE = new DeadLetterSerializer();

    private static final long serialVersionUID = 1L;

    @Override
    public void serialize(DeadLetter letter, DataOutputView target) throws IOException {
        RawRecordSerializer.INSTANCE.serialize(letter.source(), target);
        RecordFields.writeText(letter.code().name(), target);
        RecordFields.writeText(letter.message(), target);
        target.writeLong(letter.failedAt().toEpochMilli());
    }

    @Override
    public DeadLetter deserialize(DataInputView source) throws IOException {
        return new DeadLetter(
                RawRecordSerializer.INSTANCE.deserialize(source),
                ErrorCode.valueOf(RecordFields.readText(source)),
                RecordFields.readText(source),
                Instant.ofEpochMilli(source.readLong()));
    }

    @Override
    public TypeSerializerSnapshot<DeadLetter> snapshotConfiguration() {
        return new Snapshot();
    }

    /** The serialiser's mark in a savepoint. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<DeadLetter> {
        public Snapshot() {
            super(() -> INSTANCE);
        }
    }
}
