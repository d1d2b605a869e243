package io.flinkvision.tools.catalogue;

import io.flinkvision.tools.ToolException;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The file of one attempt, written by the HTTP client's thread as bytes arrive. Failures that another attempt would
 * meet again are {@link ToolException}s.
 */
final class PartialFile implements AutoCloseable {

    static final int OK = 200;

    private final CatalogueEntry entry;
    private final long limit;
    private final Path part;
    private final OutputStream out;
    private final Download.Listener listener;
    private volatile long received;

    /**
     * Creates or empties the file.
     *
     * @param maxBytes limit for a file whose size the catalogue does not know
     */
    PartialFile(CatalogueEntry entry, long maxBytes, Path part, Download.Listener listener) {
        this.entry = entry;
        this.limit = entry.size().orElse(maxBytes);
        this.part = part;
        this.listener = listener;
        try {
            this.out = Files.newOutputStream(part);
        } catch (IOException e) {
            throw unwritable(part, e);
        }
    }

    /** Bytes written so far. */
    long received() {
        return received;
    }

    /** Writes the body of a response that has a file, and ignores that of any other. */
    BodyHandler<Void> bodyHandler() {
        return response -> {
            if (response.statusCode() != OK) {
                return BodySubscribers.replacing(null);
            }
            if (response.headers().firstValue("Content-Type").filter(type -> type.startsWith("text/html"))
                    .isPresent()) {
                throw webPage();
            }
            OptionalLong size = response.headers().firstValueAsLong("Content-Length");
            size.ifPresent(this::requireSize);
            listener.started(size);
            return BodySubscribers.ofByteArrayConsumer(bytes -> bytes.ifPresent(this::write));
        };
    }

    private void requireSize(long size) {
        if (size > limit || entry.size().isPresent() && size != limit) {
            throw new ToolException(entry.address() + " has " + size + " bytes there, "
                    + (entry.size().isPresent() ? "and " + limit + " in the catalogue"
                            : "more than the limit of " + limit) + ": it is another file");
        }
    }

    void write(byte[] bytes) {
        if (received == 0 && isWebPage(bytes)) {
            throw webPage();
        }
        if (received + bytes.length > limit) {
            throw new ToolException(entry.address() + " sends more than "
                    + (entry.size().isPresent() ? "the " + limit + " bytes of the catalogue"
                            : "the limit of " + limit + " bytes") + ": it is another file");
        }
        try {
            out.write(bytes);
        } catch (IOException e) {
            throw unwritable(part, e);
        }
        received += bytes.length;
        listener.advanced(received);
    }

    private static boolean isWebPage(byte[] bytes) {
        String start = new String(bytes, 0, Math.min(64, bytes.length), StandardCharsets.ISO_8859_1)
                .stripLeading().toLowerCase(Locale.ROOT);
        return start.startsWith("<!doctype html") || start.startsWith("<html");
    }

    private ToolException webPage() {
        return new ToolException(entry.address() + " sent a web page instead of the file, as proxies and log-in pages"
                + " do; open it in a browser to see what it asks for");
    }

    /** @throws EOFException if bytes are missing; the server need not have told the size */
    void requireWhole() throws EOFException {
        if (entry.size().isPresent() && received < limit) {
            throw new EOFException("it ended after " + received + " of " + limit + " bytes");
        }
    }

    static ToolException unwritable(Path file, IOException e) {
        String reason = e instanceof AccessDeniedException ? "access denied"
                : e instanceof NoSuchFileException ? "there is no such folder"
                : e instanceof FileSystemException system && system.getReason() != null ? system.getReason()
                : e instanceof FileSystemException ? "something else has its name"
                : e.getMessage();
        return new ToolException("The file cannot be written to " + file.toAbsolutePath().getParent() + ": " + reason,
                e);
    }

    @Override
    public void close() {
        try {
            out.close();
        } catch (IOException e) {
            throw unwritable(part, e);
        }
    }
}
