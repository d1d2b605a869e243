package io.flinkvision.job.operator;

import io.flinkvision.core.image.RgbImage;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** The binary form of a {@link DecodedImage} between operators that are not chained. */
public final class DecodedImageSerializer extends RecordSerializer<DecodedImage> {

    public static final DecodedImageSerializer INSTANCE = new DecodedImageSerializer();

    private static final long serialVersionUID = 1L;

    @Override
    public void serialize(DecodedImage image, DataOutputView target) throws IOException {
        RawRecordSerializer.INSTANCE.serialize(image.source(), target);
        target.writeInt(image.width());
        target.writeInt(image.height());
        RecordFields.writeText(image.format(), target);
        target.writeInt(image.input().width());
        target.writeInt(image.input().height());
        RecordFields.writeBytes(image.input().samples(), target);
        target.writeLong(image.decodeNanos());
    }

    @Override
    public DecodedImage deserialize(DataInputView source) throws IOException {
        return new DecodedImage(
                RawRecordSerializer.INSTANCE.deserialize(source),
                source.readInt(),
                source.readInt(),
                RecordFields.readText(source),
                new RgbImage(source.readInt(), source.readInt(), RecordFields.readBytes(source)),
                source.readLong());
    }

    @Override
    public TypeSerializerSnapshot<DecodedImage> snapshotConfiguration() {
        return new Snapshot();
    }

    /** The serialiser's mark in a savepoint. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<DecodedImage> {
        public Snapshot() {
            super(() -> INSTANCE);
        }
    }
}
