package io.flinkvision.tools.feed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;

/**
 * By which a file's content is told from an earlier one's without reading it.
 *
 * @param size in bytes
 * @param modifiedMillis when it was last written, in milliseconds since 1970-01-01T00:00Z
 */
record FileState(long size, long modifiedMillis) {

    static FileState of(Path file) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        return new FileState(attributes.size(), attributes.lastModifiedTime().toMillis());
    }

    Instant modified() {
        return Instant.ofEpochMilli(modifiedMillis);
    }
}
