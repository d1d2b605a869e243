package io.flinkvision.job.operator;

import io.flinkvision.core.inference.Label;
import io.flinkvision.job.record.RecordCoordinates;
import io.flinkvision.job.record.RecordHeader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** The binary form of the fields that several records have in common. */
final class RecordFields {

    private static final int ABSENT = -1;

    private RecordFields() {}

    static void writeBytes(byte[] bytes, DataOutputView target) throws IOException {
        target.writeInt(bytes.length);
        target.write(bytes);
    }

    static byte[] readBytes(DataInputView source) throws IOException {
        return readBytes(source.readInt(), source);
    }

    private static byte[] readBytes(int length, DataInputView source) throws IOException {
        byte[] bytes = new byte[length];
        source.readFully(bytes);
        return bytes;
    }

    static void writeOptionalBytes(Optional<byte[]> bytes, DataOutputView target) throws IOException {
        if (bytes.isPresent()) {
            writeBytes(bytes.get(), target);
        } else {
            target.writeInt(ABSENT);
        }
    }

    static Optional<byte[]> readOptionalBytes(DataInputView source) throws IOException {
        int length = source.readInt();
        return length == ABSENT ? Optional.empty() : Optional.of(readBytes(length, source));
    }

    /** Not {@link DataOutputView#writeUTF}, which refuses text of more than 65,535 bytes. */
    static void writeText(String text, DataOutputView target) throws IOException {
        writeBytes(text.getBytes(StandardCharsets.UTF_8), target);
    }

    static String readText(DataInputView source) throws IOException {
        return new String(readBytes(source), StandardCharsets.UTF_8);
    }

    static void writeHeaders(List<RecordHeader> headers, DataOutputView target) throws IOException {
        target.writeInt(headers.size());
        for (RecordHeader header : headers) {
            writeText(header.name(), target);
            writeOptionalBytes(header.value(), target);
        }
    }

    static List<RecordHeader> readHeaders(DataInputView source) throws IOException {
        int count = source.readInt();
        List<RecordHeader> headers = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            headers.add(new RecordHeader(readText(source), readOptionalBytes(source)));
        }
        return headers;
    }

    static void writeCoordinates(RecordCoordinates coordinates, DataOutputView target) throws IOException {
        writeText(coordinates.topic(), target);
        target.writeInt(coordinates.partition());
        target.writeLong(coordinates.offset());
    }

    static RecordCoordinates readCoordinates(DataInputView source) throws IOException {
        return new RecordCoordinates(readText(source), source.readInt(), source.readLong());
    }

    static void writeLabels(List<Label> labels, DataOutputView target) throws IOException {
        target.writeInt(labels.size());
        for (Label label : labels) {
            writeText(label.label(), target);
            target.writeInt(label.index());
            target.writeFloat(label.score());
        }
    }

    static List<Label> readLabels(DataInputView source) throws IOException {
        int count = source.readInt();
        List<Label> labels = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            labels.add(new Label(readText(source), source.readInt(), source.readFloat()));
        }
        return labels;
    }
}
