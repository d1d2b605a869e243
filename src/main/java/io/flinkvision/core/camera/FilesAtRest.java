package io.flinkvision.core.camera;

import io.flinkvision.core.image.ImageFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Tells complete files from those that are still being written: the former have not changed for a while, by their own
 * modification time or, if that is from the clock of another machine, by when this saw them change.
 */
final class FilesAtRest {

    private static final int PNG_END_CHUNK_BYTES = 12;
    private static final byte GIF_TRAILER = ';';

    private final Map<Path, Observation> observations = new HashMap<>();

    /**
     * Detects changes of a file without reading it.
     *
     * @param size in bytes
     * @param modifiedMillis modification time, in milliseconds since 1970-01-01T00:00Z
     */
    record FileState(long size, long modifiedMillis) {

        static FileState of(Path file) throws IOException {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new FileState(attributes.size(), attributes.lastModifiedTime().toMillis());
        }
    }

    private record Observation(FileState state, Instant since) {}

    /**
     * Whether a file has not changed for a time.
     *
     * @param state as of now
     */
    boolean isAtRest(Path file, FileState state, Duration time, Instant now) {
        Observation before = observations.get(file);
        if (before == null || !before.state().equals(state)) {
            before = new Observation(state, now);
            observations.put(file, before);
        }
        Instant quiet = now.minus(time);
        return !Instant.ofEpochMilli(state.modifiedMillis()).isAfter(quiet) || !before.since().isAfter(quiet);
    }

    void forget(Path file) {
        observations.remove(file);
    }

    /** Forgets all files but these. */
    void retain(Set<Path> files) {
        observations.keySet().retainAll(files);
    }

    /** The number of files that it remembers. */
    int size() {
        return observations.size();
    }

    /** Whether a picture's end is missing, as far as its format shows that; a few cameras omit a JPEG's end marker. */
    static boolean isEndMissing(byte[] picture) {
        Optional<ImageFormat> format = ImageFormat.sniff(picture);
        if (format.isEmpty()) {
            return picture.length == 0;
        }
        return switch (format.get()) {
            case JPEG -> !endsWithJpegMarker(picture);
            case PNG -> picture.length < PNG_END_CHUNK_BYTES
                    || !new String(picture, StandardCharsets.ISO_8859_1).contains("IEND");
            // Both have their length in the header, WebP without the first eight bytes.
            case WEBP -> picture.length < 12 || littleEndian(picture, 4) + 8 > picture.length;
            case BMP -> picture.length < 6 || littleEndian(picture, 2) > picture.length;
            case GIF -> picture[picture.length - 1] != GIF_TRAILER;
            case TIFF, PNM -> false;
        };
    }

    /** Some cameras pad their files with zeros. */
    private static boolean endsWithJpegMarker(byte[] picture) {
        int last = picture.length - 1;
        while (last > 0 && picture[last] == 0) {
            last--;
        }
        return last >= 1 && (picture[last] & 0xff) == 0xd9 && (picture[last - 1] & 0xff) == 0xff;
    }

    private static long littleEndian(byte[] bytes, int offset) {
        return Integer.toUnsignedLong(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(offset));
    }
}
