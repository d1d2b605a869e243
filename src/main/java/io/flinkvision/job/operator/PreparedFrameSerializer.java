package io.flinkvision.job.operator;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** The binary form of a {@link PreparedFrame} between operators that are not chained: which of both it is, and that. */
public final class PreparedFrameSerializer extends RecordSerializer<PreparedFrame> {

    public static final PreparedFrameSerializer INSTANCE = new PreparedFrameSerializer();

    private static final long serialVersionUID = 1L;

    @Override
    public void serialize(PreparedFrame frame, DataOutputView target) throws IOException {
        target.writeBoolean(frame instanceof DecodedImage);
        if (frame instanceof DecodedImage image) {
            DecodedImageSerializer.INSTANCE.serialize(image, target);
        } else {
            StaleFrameSerializer.serialize((StaleFrame) frame, target);
        }
    }

    @Override
    public PreparedFrame deserialize(DataInputView source) throws IOException {
        return source.readBoolean()
                ? DecodedImageSerializer.INSTANCE.deserialize(source)
                : StaleFrameSerializer.deserialize(source);
    }

    @Override
    public TypeSerializerSnapshot<PreparedFrame> snapshotConfiguration() {
        return new Snapshot();
    }

    /** The serialiser's mark in a savepoint. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<PreparedFrame> {
        public Snapshot() {
            super(() -> INSTANCE);
        }
    }
}
