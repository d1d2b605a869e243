package io.flinkvision.job.camera;

import io.flinkvision.core.camera.CameraDeclaration;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/**
 * The binary forms of the source's splits and of its state in checkpoints. To change a form, add a reader of the new one
 * and change the writer: all older ones are still read.
 */
final class CameraForms {

    static final SimpleVersionedSerializer<CameraSplit> SPLIT =
            new Versioned<>("split of cameras", CameraForms::writeSplit, List.of(CameraForms::readSplit));

    static final SimpleVersionedSerializer<CameraSourceState> STATE = new Versioned<>("state of cameras",
            (state, target) -> target.writeLong(state.lastSession()),
            List.of(source -> new CameraSourceState(source.readLong())));

    private CameraForms() {}

    @FunctionalInterface
    private interface Writer<T> {
        void write(T value, DataOutputSerializer target) throws IOException;
    }

    @FunctionalInterface
    private interface Reader<T> {
        T read(DataInputDeserializer source) throws IOException;
    }

    /**
     * A form with its versions.
     *
     * @param name for messages
     * @param writer of the newest version
     * @param readers of each version, from 1
     */
    private record Versioned<T>(String name, Writer<T> writer, List<Reader<T>> readers)
            implements SimpleVersionedSerializer<T> {

        @Override
        public int getVersion() {
            return readers.size();
        }

        @Override
        public byte[] serialize(T value) throws IOException {
            DataOutputSerializer target = new DataOutputSerializer(256);
            writer.write(value, target);
            return target.getCopyOfBuffer();
        }

        @Override
        public T deserialize(int version, byte[] bytes) throws IOException {
            if (version < 1 || version > readers.size()) {
                throw new IOException("The checkpoint or savepoint holds a " + name + " of version " + version
                        + ", and this job reads versions 1 to " + readers.size()
                        + ": start the newer flink-vision that wrote it");
            }
            return readers.get(version - 1).read(new DataInputDeserializer(bytes));
        }
    }

    private static void writeSplit(CameraSplit split, DataOutputSerializer target) throws IOException {
        writeText(split.camera().id(), target);
        target.writeInt(split.camera().options().size());
        for (Map.Entry<String, String> option : split.camera().options().entrySet()) {
            writeText(option.getKey(), target);
            writeText(option.getValue(), target);
        }
        target.writeLong(split.session());
    }

    private static CameraSplit readSplit(DataInputDeserializer source) throws IOException {
        String id = readText(source);
        int count = source.readInt();
        SortedMap<String, String> options = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            options.put(readText(source), readText(source));
        }
        return new CameraSplit(new CameraDeclaration(id, options), source.readLong());
    }

    private static void writeText(String text, DataOutputSerializer target) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        target.writeInt(bytes.length);
        target.write(bytes);
    }

    private static String readText(DataInputDeserializer source) throws IOException {
        byte[] bytes = new byte[source.readInt()];
        source.readFully(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
