package io.flinkvision.core.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/** Writes zip archives of stored entries, sound ones and others, without checking anything. */
final class ZipBytes {

    private final List<Entry> entries = new ArrayList<>();

    /**
     * An entry.
     *
     * @param hole how many bytes of the entry are not written
     * @param inside whether the next entry starts inside this one's data
     */
    private record Entry(String name, byte[] data, long hole, boolean inside, int flags, int method, int sum) {

        long size() {
            return data.length + hole;
        }
    }

    /** An archive of torch.save's form, with one storage of the key "0". */
    static ZipBytes checkpoint(byte[] pickle, byte[] storage) {
        return new ZipBytes().entry("a/data.pkl", pickle).entry("a/data/0", storage);
    }

    ZipBytes entry(String name, byte[] data) {
        return entry(name, data, 0, 0, sum(data));
    }

    ZipBytes entry(String name, byte[] data, int flags, int method, int sum) {
        entries.add(new Entry(name, data, 0, false, flags, method, sum));
        return this;
    }

    /** An entry that takes room in the file's size but not on the disk; its sum is wrong. */
    ZipBytes hole(String name, long size) {
        entries.add(new Entry(name, new byte[0], size, false, 0, 0, 0));
        return this;
    }

    static int sum(byte[] data) {
        CRC32 sum = new CRC32();
        sum.update(data);
        return (int) sum.getValue();
    }

    /** An entry whose data the entries after it lie in; its sum is right. */
    ZipBytes entryInside(String name, byte[] data) {
        entries.add(new Entry(name, data, 0, true, 0, 0, 0));
        return this;
    }

    Path write(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            List<Long> positions = new ArrayList<>();
            long position = 0;
            for (Entry entry : entries) {
                ByteBuffer local = localHeader(entry);
                positions.add(position);
                channel.write(local, position);
                channel.write(ByteBuffer.wrap(entry.data()), position + local.limit());
                position += local.limit() + (entry.inside() ? 0 : entry.size());
            }
            ByteBuffer directory = buffer(200 * entries.size());
            for (int i = 0; i < entries.size(); i++) {
                Entry entry = entries.get(i);
                int sum = entry.sum();
                if (entry.inside()) {
                    ByteBuffer data = ByteBuffer.allocate(entry.data().length);
                    channel.read(data, positions.get(i) + localHeader(entry).limit());
                    sum = sum(data.array());
                }
                directory(directory, entry, sum, positions.get(i));
            }
            directory.flip();
            int directorySize = directory.limit();
            channel.write(directory, position);
            channel.write(end(position, directorySize), position + directorySize);
        }
        return file;
    }

    private static ByteBuffer localHeader(Entry entry) {
        byte[] name = entry.name().getBytes(StandardCharsets.UTF_8);
        return buffer(30 + name.length).putInt(0x04034b50).putShort((short) 20)
                .putShort((short) entry.flags()).putShort((short) entry.method()).position(26)
                .putShort((short) name.length).putShort((short) 0).put(name)
                .flip();
    }

    private static void directory(ByteBuffer directory, Entry entry, int sum, long position) {
        byte[] name = entry.name().getBytes(StandardCharsets.UTF_8);
        directory.putInt(0x02014b50).putShort((short) 45).putShort((short) 45).putShort((short) entry.flags())
                .putShort((short) entry.method()).putInt(0).putInt(sum).putInt(-1).putInt(-1)
                .putShort((short) name.length).putShort((short) 28).putShort((short) 0).putInt(0).putInt(0)
                .putInt(-1).put(name)
                .putShort((short) 1).putShort((short) 24).putLong(entry.size()).putLong(entry.size())
                .putLong(position);
    }

    private static ByteBuffer end(long directory, int size) {
        return buffer(98)
                .putInt(0x06064b50).putLong(44).position(40).putLong(size).putLong(directory)
                .putInt(0x07064b50).putInt(0).putLong(directory + size).putInt(1)
                .putInt(0x06054b50).putInt(0).putInt(-1).putInt(-1).putInt(-1).putShort((short) 0)
                .flip();
    }

    private static ByteBuffer buffer(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }
}
