package io.flinkvision.stream;

import io.flinkvision.inference.Label;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
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
        writeLabels(record.labels(), target);
        target.writeLong(record.decodeNanos());
        target.writeLong(record.inferenceNanos());
        target.writeLong(record.classifiedAt().toEpochMilli());
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
                readLabels(source),
                source.readLong(),
                source.readLong(),
                Instant.ofEpochMilli(source.readLong()));
    }

    private static void writeLabels(List<Label> labels, DataOutputView target) throws IOException {
        target.writeInt(labels.size());
        for (Label label : labels) {
            RecordFields.writeText(label.label(), target);
            target.writeInt(label.index());
            target.writeFloat(label.score());
        }
    }

    private static List<Label> readLabels(DataInputView source) throws IOException {
        int count = source.readInt();
        List<Label> labels = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            labels.add(new Label(RecordFields.readText(source), source.readInt(), source.readFloat()));
        }
        return labels;
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
