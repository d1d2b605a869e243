package io.flinkvision.job.operator;

import io.flinkvision.core.image.ImageFingerprint;
import io.flinkvision.core.inference.ReuseRule.ClassifiedImage;
import java.io.IOException;
import java.time.Instant;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** The binary form of a {@link LastClassified} in the state, after the number of its version. */
public final class LastClassifiedSerializer extends RecordSerializer<LastClassified> {

    public static final LastClassifiedSerializer INSTANCE = new LastClassifiedSerializer();

    private static final long serialVersionUID = 1L;

    @Override
    public void serialize(LastClassified last, DataOutputView target) throws IOException {
        StateVersion.write(target);
        RecordFields.writeCoordinates(last.source(), target);
        RecordFields.writeBytes(last.picture().fingerprint().cells(), target);
        RecordFields.writeLabels(last.picture().labels(), target);
        target.writeLong(last.picture().time().toEpochMilli());
        RecordFields.writeText(last.picture().modelDigest(), target);
    }

    @Override
    public LastClassified deserialize(DataInputView source) throws IOException {
        StateVersion.read(source);
        return new LastClassified(
                RecordFields.readCoordinates(source),
                new ClassifiedImage(
                        new ImageFingerprint(RecordFields.readBytes(source)),
                        RecordFields.readLabels(source),
                        Instant.ofEpochMilli(source.readLong()),
                        RecordFields.readText(source)));
    }

    @Override
    public TypeSerializerSnapshot<LastClassified> snapshotConfiguration() {
        return new Snapshot();
    }

    /** The serialiser's mark in a savepoint. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<LastClassified> {
        public Snapshot() {
            super(() -> INSTANCE);
        }
    }
}
