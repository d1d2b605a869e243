package io.flinkvision.job.operator;

import java.io.IOException;
import java.util.List;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSchemaCompatibility;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * The binary form of one type of record or state, between operators and in checkpoints. Every value begins with the
 * version of its form, since records in flight are part of unaligned checkpoints, which hold no snapshot of their
 * serialiser. To change a form, add a reader of the new one and change the writer: all older ones are still read.
 *
 * @param <T> an immutable type
 */
public final class VersionedSerializer<T> extends TypeSerializer<T> {

    private static final long serialVersionUID = 1L;

    private final String name;
    private final transient Writer<T> writer;
    private final transient List<Reader<T>> readers;

    /** Writes the newest form. */
    @FunctionalInterface
    interface Writer<T> {
        void write(T value, DataOutputView target) throws IOException;
    }

    /** Reads the form of one version. */
    @FunctionalInterface
    interface Reader<T> {
        T read(DataInputView source) throws IOException;
    }

    /**
     * @param name of the type in savepoints, which never changes
     * @param writer of the newest version
     * @param readers of each version, from 1
     */
    VersionedSerializer(String name, Writer<T> writer, List<Reader<T>> readers) {
        this.name = name;
        this.writer = writer;
        this.readers = List.copyOf(readers);
    }

    String name() {
        return name;
    }

    @Override
    public void serialize(T value, DataOutputView target) throws IOException {
        target.writeByte(readers.size());
        writer.write(value, target);
    }

    @Override
    public T deserialize(DataInputView source) throws IOException {
        int version = source.readUnsignedByte();
        requireKnown(version);
        return readers.get(version - 1).read(source);
    }

    private void requireKnown(int version) throws IOException {
        if (version < 1 || version > readers.size()) {
            throw new IOException("The checkpoint or savepoint holds a " + name + " of version " + version
                    + ", and this job reads versions 1 to " + readers.size()
                    + ": start the newer flink-vision that wrote it");
        }
    }

    /** Flink makes one for each type, so another one of this name is the same. */
    private Object readResolve() {
        return RecordForms.named(name);
    }

    @Override
    public boolean isImmutableType() {
        return true;
    }

    @Override
    public TypeSerializer<T> duplicate() {
        return this;
    }

    /** {@code null}, which tells Flink that no instance can be made in advance and reused. */
    @Override
    public T createInstance() {
        return null;
    }

    @Override
    public T copy(T from) {
        return from;
    }

    @Override
    public T copy(T from, T reuse) {
        return from;
    }

    @Override
    public T deserialize(T reuse, DataInputView source) throws IOException {
        return deserialize(source);
    }

    @Override
    public void copy(DataInputView source, DataOutputView target) throws IOException {
        serialize(deserialize(source), target);
    }

    @Override
    public int getLength() {
        return -1;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof VersionedSerializer<?> that && name.equals(that.name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    @Override
    public TypeSerializerSnapshot<T> snapshotConfiguration() {
        return new Snapshot<>(this);
    }

    /**
     * The serialiser in a savepoint: its name, and the version that it wrote.
     *
     * @param <T> the serialiser's type
     */
    public static final class Snapshot<T> implements TypeSerializerSnapshot<T> {

        private VersionedSerializer<T> serializer;

        /** Flink makes one before {@link #readSnapshot}. */
        public Snapshot() {}

        private Snapshot(VersionedSerializer<T> serializer) {
            this.serializer = serializer;
        }

        @Override
        public int getCurrentVersion() {
            return 1;
        }

        @Override
        public void writeSnapshot(DataOutputView target) throws IOException {
            target.writeUTF(serializer.name);
            target.writeInt(serializer.readers.size());
        }

        @Override
        public void readSnapshot(int version, DataInputView source, ClassLoader classes) throws IOException {
            serializer = RecordForms.named(source.readUTF());
            serializer.requireKnown(source.readInt());
        }

        @Override
        public TypeSerializer<T> restoreSerializer() {
            return serializer;
        }

        /** Each value says its own version, so any older one is compatible. */
        @Override
        public TypeSerializerSchemaCompatibility<T> resolveSchemaCompatibility(TypeSerializerSnapshot<T> old) {
            return old instanceof Snapshot<T> snapshot && snapshot.serializer.equals(serializer)
                    ? TypeSerializerSchemaCompatibility.compatibleAsIs()
                    : TypeSerializerSchemaCompatibility.incompatible();
        }
    }
}
