package io.flinkvision.job.operator;

import java.io.IOException;
import java.time.Instant;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** The binary form of a {@link StaleFrame}, which never travels but among others. */
final class StaleFrameSerializer {

    private StaleFrameSerializer() {}

    static void serialize(StaleFrame frame, DataOutputView target) throws IOException {
        ImageRecordSerializer.INSTANCE.serialize(frame.source(), target);
        RecordFields.writeText(frame.message(), target);
        target.writeLong(frame.skippedAt().toEpochMilli());
    }

    static StaleFrame deserialize(DataInputView source) throws IOException {
        return new StaleFrame(ImageRecordSerializer.INSTANCE.deserialize(source), RecordFields.readText(source),
                Instant.ofEpochMilli(source.readLong()));
    }
}
