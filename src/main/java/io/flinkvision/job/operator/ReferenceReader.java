package io.flinkvision.job.operator;

import static io.flinkvision.job.record.ValueReader.PictureBytes.refused;

import io.flinkvision.core.image.ErrorCode;
import io.flinkvision.job.record.ValueReader.PictureBytes;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;

/**
 * Reads the picture that a {@code text/uri-list} record refers to (the claim-check pattern), through Flink's file
 * systems, and only from places that the job allows: whoever may write to the input topic could otherwise have any file
 * read that the TaskManager may read.
 */
final class ReferenceReader {

    private final List<URI> allowedPrefixes;
    private final long maxBytes;

    /**
     * @param allowedPrefixes absolute URIs of folders
     * @param maxBytes the largest picture that is read
     */
    ReferenceReader(List<String> allowedPrefixes, long maxBytes) {
        this.allowedPrefixes = allowedPrefixes.stream().map(URI::create).toList();
        this.maxBytes = maxBytes;
    }

    PictureBytes read(byte[] uriList) {
        List<String> lines = new String(uriList, StandardCharsets.UTF_8)
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .toList();
        if (lines.size() != 1) {
            return refused(ErrorCode.INVALID_HEADERS,
                    "A text/uri-list record must hold one URI, but this one holds " + lines.size());
        }
        URI uri;
        try {
            uri = new URI(lines.get(0));
        } catch (URISyntaxException e) {
            return refused(ErrorCode.UNREADABLE, "The reference is no URI: " + e.getMessage());
        }
        if (!isAllowed(uri)) {
            return refused(ErrorCode.REFERENCE_NOT_ALLOWED, "The reference " + uri
                    + " is under none of the job's decode.reference-prefixes " + allowedPrefixes);
        }
        try {
            return read(uri);
        } catch (IOException | RuntimeException e) {
            return refused(ErrorCode.UNREADABLE, "The reference " + uri + " cannot be read: "
                    + Optional.ofNullable(e.getMessage()).orElse(e.getClass().getSimpleName()));
        }
    }

    /**
     * Compares decoded paths, as the file system will: a dot-dot may also be written {@code %2e%2e}. The user and host
     * must be the prefix's own to the letter. A NUL ends a path for some file systems, and no picture's name has one.
     */
    private boolean isAllowed(URI uri) {
        if (uri.getScheme() == null || uri.getPath() == null || uri.getPath().indexOf('\0') >= 0) {
            return false;
        }
        if (Arrays.asList(uri.getPath().split("[/\\\\]")).contains("..")) {
            return false;
        }
        return allowedPrefixes.stream().anyMatch(prefix -> isUnder(prefix, uri));
    }

    private static boolean isUnder(URI prefix, URI uri) {
        String folder = prefix.getPath().endsWith("/") ? prefix.getPath() : prefix.getPath() + "/";
        return uri.getScheme().equalsIgnoreCase(prefix.getScheme())
                && Objects.equals(uri.getAuthority(), prefix.getAuthority())
                && uri.getPath().startsWith(folder);
    }

    /** Whether a file of this machine is in an allowed folder, which may be behind a symbolic link itself. */
    private boolean isReallyAllowed(java.nio.file.Path file) throws IOException {
        for (URI prefix : allowedPrefixes) {
            java.nio.file.Path folder = java.nio.file.Path.of(prefix.getPath());
            if ("file".equalsIgnoreCase(prefix.getScheme()) && Files.exists(folder)
                    && file.startsWith(folder.toRealPath())) {
                return true;
            }
        }
        return false;
    }

    private PictureBytes read(URI uri) throws IOException {
        Path path = new Path(uri);
        FileSystem fileSystem = path.getFileSystem();
        if (!fileSystem.isDistributedFS()) {
            java.nio.file.Path file = java.nio.file.Path.of(uri.getPath()).toRealPath();
            if (!isReallyAllowed(file)) {
                return refused(ErrorCode.REFERENCE_NOT_ALLOWED, "The reference " + uri + " leads by a symbolic link to"
                        + " a place under none of the job's decode.reference-prefixes " + allowedPrefixes);
            }
            // Not the name again: the link could lead elsewhere by now.
            path = Path.fromLocalFile(file.toFile());
        }
        FileStatus status = fileSystem.getFileStatus(path);
        if (status.isDir()) {
            return refused(ErrorCode.UNREADABLE, "The reference " + uri + " is a folder");
        }
        if (!fileSystem.isDistributedFS() && !Files.isRegularFile(java.nio.file.Path.of(path.getPath()))) {
            // The reading of a named pipe would wait for ever.
            return refused(ErrorCode.UNREADABLE, "The reference " + uri + " is no file but a pipe or a device");
        }
        if (status.getLen() > maxBytes) {
            return refused(ErrorCode.TOO_LARGE, "The picture at " + uri + " has " + status.getLen()
                    + " bytes, more than the job's limit of " + maxBytes);
        }
        try (FSDataInputStream in = fileSystem.open(path)) {
            // One byte more than the status said: the file may have grown since, and the limit holds all the same.
            byte[] bytes = in.readNBytes((int) Math.min(maxBytes + 1, Integer.MAX_VALUE - 8));
            return bytes.length > maxBytes
                    ? refused(ErrorCode.TOO_LARGE, "The picture at " + uri + " has more bytes than the job's limit of "
                            + maxBytes)
                    : new PictureBytes.Found(bytes);
        }
    }
}
