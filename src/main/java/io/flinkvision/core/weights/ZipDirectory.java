package io.flinkvision.core.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * The entries of a zip archive by name, and their bytes in place (PKWARE, .ZIP File Format Specification, sections 4.3
 * to 4.5; zip64 included). Only stored entries are read, as torch.save writes no others. The JDK's reader does not say
 * where in the file an entry's bytes are, which mapping needs. Commons Compress does, but it is laxer: it turns
 * backslashes in names into slashes, does not compare the names of both headers, and has no limit on the directory, so
 * that a hostile archive of 53 MB takes 500 MB and 35 seconds, against 90 MB and 3 seconds here.
 */
final class ZipDirectory {

    private static final int LOCAL_HEADER_SIGNATURE = 0x04034b50;
    private static final int LOCAL_HEADER_BYTES = 30;
    private static final int DIRECTORY_SIGNATURE = 0x02014b50;
    private static final int DIRECTORY_HEADER_BYTES = 46;
    private static final int END_SIGNATURE = 0x06054b50;
    private static final int END_BYTES = 22;
    private static final int ZIP64_LOCATOR_SIGNATURE = 0x07064b50;
    private static final int ZIP64_LOCATOR_BYTES = 20;
    private static final int ZIP64_END_SIGNATURE = 0x06064b50;
    private static final int ZIP64_END_BYTES = 56;
    private static final int ZIP64_EXTRA = 1;
    private static final int MAX_COMMENT_BYTES = 0xffff;
    private static final long IN_ZIP64 = 0xffffffffL;
    private static final int ENCRYPTED = 1;

    /** Some hundred thousand entries. */
    private static final int MAX_DIRECTORY_BYTES = 32 << 20;

    /**
     * Names outside the folder that an archive is unpacked to. Nothing is unpacked here, but such a file is malicious.
     */
    private static final Pattern OUTSIDE_THE_ARCHIVE = Pattern.compile("/.*|.*[\\\\\0].*|(.*/)?\\.\\.(/.*)?",
            Pattern.DOTALL);

    private final String source;
    private final MappedFile file;
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private long directoryStart;
    private long bytesRead;

    private ZipDirectory(String source, MappedFile file) {
        this.source = source;
        this.file = file;
    }

    /** An entry's place and sum. */
    private record Entry(String name, int flags, int method, long sum, long compressedSize, long size, long header) {}

    /**
     * Reads the directory of an archive.
     *
     * @param source the file's name, for errors
     * @throws ModelException if it is damaged or cut off, or has two entries of one name or one outside the archive
     */
    static ZipDirectory read(String source, MappedFile file) throws IOException {
        ZipDirectory directory = new ZipDirectory(source, file);
        directory.readEntries();
        return directory;
    }

    /** The names of the entries, in the directory's order. */
    Iterable<String> names() {
        return Collections.unmodifiableSet(entries.keySet());
    }

    boolean contains(String name) {
        return entries.containsKey(name);
    }

    /**
     * The bytes of an entry, mapped; its sum is checked. Each entry is to be asked for once: more bytes than the file
     * has mean that entries overlap, which costs a sum of the same bytes for each.
     *
     * @throws ModelException if there is no such entry, or it is compressed, encrypted or damaged
     */
    ByteBuffer bytes(String name) throws IOException {
        Entry entry = entries.get(name);
        if (entry == null) {
            throw error("there is no entry " + name);
        }
        if ((entry.flags() & ENCRYPTED) != 0) {
            throw error("the entry " + name + " is encrypted");
        }
        if (entry.method() != 0 || entry.compressedSize() != entry.size()) {
            throw error("the entry " + name + " is compressed (method " + entry.method() + "), which torch.save never"
                    + " does; load the checkpoint in Python and save it again");
        }
        long start = dataStart(entry);
        if (!file.holds(start, entry.size()) || start + entry.size() > directoryStart) {
            throw error("the entry " + name + " of " + entry.size() + " bytes at byte " + start
                    + " is longer than the file, or than the limit of 2 GiB");
        }
        bytesRead += entry.size();
        if (bytesRead > file.size()) {
            throw error("the entry " + name + " overlaps others");
        }
        ByteBuffer bytes = file.map(start, entry.size());
        CRC32 sum = new CRC32();
        sum.update(bytes.duplicate());
        if (sum.getValue() != entry.sum()) {
            throw error("the bytes of the entry " + name + " do not match their sum (CRC-32): the file is damaged");
        }
        return bytes;
    }

    private long dataStart(Entry entry) throws IOException {
        ByteBuffer header = file.copy(entry.header(), LOCAL_HEADER_BYTES);
        if (header.limit() < LOCAL_HEADER_BYTES || header.getInt(0) != LOCAL_HEADER_SIGNATURE) {
            throw error("there is no header of the entry " + entry.name() + " at byte " + entry.header());
        }
        int nameLength = unsignedShort(header, 26);
        long nameStart = entry.header() + LOCAL_HEADER_BYTES;
        String name = StandardCharsets.UTF_8.decode(file.copy(nameStart, nameLength)).toString();
        if (!name.equals(entry.name())) {
            throw error("the directory's entry " + entry.name() + " is called " + name + " in its own header");
        }
        return nameStart + nameLength + unsignedShort(header, 28);
    }

    private void readEntries() throws IOException {
        ByteBuffer directory = directory();
        while (directory.hasRemaining()) {
            if (directory.remaining() < DIRECTORY_HEADER_BYTES
                    || directory.getInt(directory.position()) != DIRECTORY_SIGNATURE) {
                throw error("the archive's directory is damaged at byte " + (directoryStart + directory.position()));
            }
            Entry entry = entry(directory);
            if (OUTSIDE_THE_ARCHIVE.matcher(entry.name()).matches()) {
                throw error("the entry " + entry.name() + " has a name outside the archive");
            }
            if (entries.put(entry.name(), entry) != null) {
                throw error("there are two entries called " + entry.name());
            }
        }
    }

    private Entry entry(ByteBuffer directory) {
        int start = directory.position();
        int nameLength = unsignedShort(directory, start + 28);
        int extraLength = unsignedShort(directory, start + 30);
        int length = DIRECTORY_HEADER_BYTES + nameLength + extraLength + unsignedShort(directory, start + 32);
        if (length > directory.remaining()) {
            throw error("the archive's directory is cut off at byte " + (directoryStart + start));
        }
        ByteBuffer nameBytes = directory.slice(start + DIRECTORY_HEADER_BYTES, nameLength);
        String name = StandardCharsets.UTF_8.decode(nameBytes).toString();
        ByteBuffer zip64 = zip64(directory.slice(start + DIRECTORY_HEADER_BYTES + nameLength, extraLength)
                .order(directory.order()));
        directory.position(start + length);
        // The specification gives the zip64 fields this order, and leaves out those that fit their usual place.
        long size = sizeOrZip64(name, unsignedInt(directory, start + 24), zip64);
        long compressedSize = sizeOrZip64(name, unsignedInt(directory, start + 20), zip64);
        long header = sizeOrZip64(name, unsignedInt(directory, start + 42), zip64);
        return new Entry(name, unsignedShort(directory, start + 8), unsignedShort(directory, start + 10),
                unsignedInt(directory, start + 16), compressedSize, size, header);
    }

    /** The zip64 field among an entry's extra fields; empty if there is none. */
    private static ByteBuffer zip64(ByteBuffer extra) {
        while (extra.remaining() >= 4) {
            int type = extra.getShort() & 0xffff;
            int length = Math.min(extra.getShort() & 0xffff, extra.remaining());
            if (type == ZIP64_EXTRA) {
                return extra.slice(extra.position(), length).order(extra.order());
            }
            extra.position(extra.position() + length);
        }
        return ByteBuffer.allocate(0);
    }

    private long sizeOrZip64(String name, long size, ByteBuffer zip64) {
        if (size != IN_ZIP64) {
            return size;
        }
        if (zip64.remaining() < Long.BYTES) {
            throw error("the entry " + name + " lacks its zip64 sizes");
        }
        long wide = zip64.getLong();
        // Half the range, so that sums of two do not overflow.
        if (wide < 0 || wide > Long.MAX_VALUE / 2) {
            throw error("the entry " + name + " has the size or place " + Long.toUnsignedString(wide));
        }
        return wide;
    }

    private ByteBuffer directory() throws IOException {
        long tailStart = Math.max(0, file.size() - END_BYTES - MAX_COMMENT_BYTES);
        ByteBuffer tail = file.copy(tailStart, (int) (file.size() - tailStart));
        int end = tail.limit() - END_BYTES;
        while (end >= 0 && !(tail.getInt(end) == END_SIGNATURE
                && unsignedShort(tail, end + 20) == tail.limit() - end - END_BYTES)) {
            end--;
        }
        if (end < 0) {
            throw error("the zip archive has no end record: the file is truncated or damaged");
        }
        long size = unsignedInt(tail, end + 12);
        directoryStart = unsignedInt(tail, end + 16);
        if (size == IN_ZIP64 || directoryStart == IN_ZIP64 || unsignedShort(tail, end + 10) == 0xffff) {
            ByteBuffer zip64End = zip64End(tailStart + end);
            size = zip64End.getLong(40);
            directoryStart = zip64End.getLong(48);
        }
        if (size < 0 || size > MAX_DIRECTORY_BYTES || !file.holds(directoryStart, size)) {
            throw error("the archive's directory of " + Long.toUnsignedString(size) + " bytes at byte "
                    + Long.toUnsignedString(directoryStart) + " is beyond the file, or the limit of "
                    + MAX_DIRECTORY_BYTES);
        }
        return file.map(directoryStart, size);
    }

    private ByteBuffer zip64End(long end) throws IOException {
        ByteBuffer locator = file.copy(Math.max(0, end - ZIP64_LOCATOR_BYTES), ZIP64_LOCATOR_BYTES);
        if (locator.getInt(0) != ZIP64_LOCATOR_SIGNATURE || locator.getLong(8) < 0) {
            throw error("the zip archive lacks its zip64 end record");
        }
        ByteBuffer record = file.copy(locator.getLong(8), ZIP64_END_BYTES);
        if (record.limit() < ZIP64_END_BYTES || record.getInt(0) != ZIP64_END_SIGNATURE) {
            throw error("there is no zip64 end record at byte " + locator.getLong(8));
        }
        return record;
    }

    private static int unsignedShort(ByteBuffer bytes, int index) {
        return bytes.getShort(index) & 0xffff;
    }

    private static long unsignedInt(ByteBuffer bytes, int index) {
        return bytes.getInt(index) & 0xffffffffL;
    }

    private ModelException error(String message) {
        return new ModelException(source + ": " + message);
    }
}
