package io.flinkvision.tools.catalogue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/** Downloads the weights of catalogue entries: with resumption, attempts, and a check of what came. */
public final class Download {

    /** Waits between two attempts. */
    @FunctionalInterface
    public interface Pause {

        void take(Duration length) throws InterruptedException;
    }

    private final DownloadSettings settings;
    private final HttpTransfer transfer;
    private final Pause pause;

    /**
     * @param settings how patient it is
     * @param proxies the way out
     * @param pause how it waits, usually {@code length -> Thread.sleep(length.toMillis())}
     */
    public Download(DownloadSettings settings, ProxySettings proxies, Pause pause) {
        this.settings = settings;
        this.transfer = new HttpTransfer(settings, proxies);
        this.pause = pause;
    }

    /**
     * Downloads an entry's file, unless it is there already. Nothing unfinished ever stands under the file's name; what
     * came of it before a failure is kept beside it, and the next call goes on from there.
     *
     * @param folder where the file is kept
     * @return the file
     * @throws DownloadException if it cannot be had
     */
    public Path fetch(CatalogueEntry entry, Path folder, DownloadListener listener) throws InterruptedException {
        Path file = folder.resolve(entry.fileName());
        if (PartialFile.sha256(file).filter(entry.checksum()::matches).isPresent()) {
            return file;
        }
        try (PartialFile part = new PartialFile(file)) {
            // An earlier run may have got the last byte and no further.
            for (int attempt = 1; !entry.checksum().matches(part.sha256OfContent()); attempt++) {
                try {
                    receive(entry, part, listener);
                    break;
                } catch (IOException e) {
                    Duration length = pauseAfter(attempt, e, part);
                    listener.waiting(reason(e), length);
                    pause.take(length);
                }
            }
            finish(entry, part);
        }
        listener.finished();
        return file;
    }

    private Duration pauseAfter(int attempt, IOException e, PartialFile part) {
        String kept = part.resumption().isPresent()
                ? " The " + part.size() + " bytes that came are kept: the same command goes on from there."
                : "";
        if (attempt == settings.attempts()) {
            throw new DownloadException("After " + attempt + " attempts: " + reason(e) + "." + kept, e);
        }
        Duration length = e instanceof TransientFailure failure
                ? failure.retryAfter().orElse(settings.pauseAfter(attempt))
                : settings.pauseAfter(attempt);
        if (length.compareTo(settings.longestPause()) > 0) {
            throw new DownloadException(
                    reason(e) + ", and asks to be left alone for " + length.toSeconds() + " s." + kept, e);
        }
        return length;
    }

    private static String reason(IOException e) {
        return e instanceof TransientFailure failure ? failure.getMessage() : "the connection broke: " + e.getMessage();
    }

    private void receive(CatalogueEntry entry, PartialFile part, DownloadListener listener)
            throws IOException, InterruptedException {
        HttpTransfer.Answer answer = transfer.ask(entry.address(), part.resumption());
        try (ResponseBody body = answer.body()) {
            AnswerCheck.requireFile(answer);
            if (answer.status() == AnswerCheck.OK) {
                part.restart(answer.headers().firstValue("ETag"));
            } else {
                requireTheRest(answer, part);
            }
            OptionalLong size = AnswerCheck.length(answer, part.size());
            requireSize(entry, size, part);
            listener.started(part.size(), size);
            Optional<List<ByteBuffer>> bytes;
            while ((bytes = body.next(settings.idleTimeout())).isPresent()) {
                for (ByteBuffer buffer : bytes.get()) {
                    write(entry, part, buffer);
                }
                listener.advanced(part.size());
            }
            OptionalLong expected = size.isPresent() ? size : entry.size();
            if (expected.isPresent() && part.size() < expected.getAsLong()) {
                throw new TransientFailure(
                        "the connection ended after " + part.size() + " of " + expected.getAsLong() + " bytes");
            }
        }
    }

    private static void requireTheRest(HttpTransfer.Answer answer, PartialFile part) throws TransientFailure {
        if (AnswerCheck.rangeStart(answer).filter(start -> start == part.size()).isEmpty()) {
            long asked = part.size();
            part.restart(Optional.empty());
            throw new TransientFailure(answer.address().getHost() + " was asked for the bytes from " + asked
                    + " on and sent others; the file is fetched anew");
        }
    }

    private long limit(CatalogueEntry entry) {
        return entry.size().orElse(settings.largestFile());
    }

    private void requireSize(CatalogueEntry entry, OptionalLong size, PartialFile part) {
        if (size.isPresent() && (size.getAsLong() > limit(entry)
                || entry.size().isPresent() && size.getAsLong() != limit(entry))) {
            part.discard();
            throw new DownloadException(entry.address() + " has " + size.getAsLong() + " bytes there, "
                    + (entry.size().isPresent() ? "and " + limit(entry) + " in the catalogue"
                            : "more than the limit of " + limit(entry)) + ": it is another file");
        }
    }

    private void write(CatalogueEntry entry, PartialFile part, ByteBuffer bytes) {
        if (part.size() == 0 && isWebPage(bytes)) {
            throw AnswerCheck.webPage(entry.address());
        }
        if (part.size() + bytes.remaining() > limit(entry)) {
            part.discard();
            throw new DownloadException(entry.address() + " sends more than "
                    + (entry.size().isPresent() ? "the " + limit(entry) + " bytes of the catalogue"
                            : "the limit of " + limit(entry) + " bytes") + ": it is another file");
        }
        part.write(bytes);
    }

    private static boolean isWebPage(ByteBuffer bytes) {
        byte[] start = new byte[Math.min(64, bytes.remaining())];
        bytes.duplicate().get(start);
        String text = new String(start, StandardCharsets.ISO_8859_1).stripLeading().toLowerCase(Locale.ROOT);
        return text.startsWith("<!doctype html") || text.startsWith("<html");
    }

    private static void finish(CatalogueEntry entry, PartialFile part) {
        byte[] sum = part.sha256OfContent();
        if (!entry.checksum().matches(sum)) {
            part.discard();
            throw new DownloadException(entry.address() + " sent a file with the SHA-256 "
                    + HexFormat.of().formatHex(sum) + ", not the one of the catalogue, with the " + entry.checksum()
                    + ". It was removed. Fetch it again; if the same comes, it was changed there or on the way");
        }
        part.finish();
    }
}
