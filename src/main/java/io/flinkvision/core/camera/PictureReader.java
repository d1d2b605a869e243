package io.flinkvision.core.camera;

import io.flinkvision.core.camera.CapturedFrame.Encoded;
import io.flinkvision.core.camera.FilesAtRest.FileState;
import io.flinkvision.core.camera.FrameSource.Pictures;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.StringJoiner;
import java.util.concurrent.ConcurrentHashMap;

/** Reads picture files, each once and none before it is complete. Their bytes are sent unchanged. */
final class PictureReader implements PacedReader {

    /** How long a file must have been unchanged. */
    private static final Duration QUIET = Duration.ofSeconds(1);

    /** The same for a picture without its end: its writer may have paused. */
    private static final Duration QUIET_WITHOUT_END = Duration.ofSeconds(30);

    private static final Duration LIST_INTERVAL = Duration.ofMillis(200);

    private final Pictures source;
    private final CameraSettings settings;
    private final long maxBytes;
    private final SentFiles sent;
    private final Clock clock;
    private final FrameRate rate;
    private final FilesAtRest rest = new FilesAtRest();
    private final Map<Path, FileState> handled = new HashMap<>();
    private final Map<Long, Sent> underway = new ConcurrentHashMap<>();
    private final Deque<Path> waiting = new ArrayDeque<>();
    private boolean listedOnce;
    private long listedNanos;
    private boolean incomplete;
    private long number;
    private int listed;
    private int sentBefore;
    private int tooLarge;
    private int unreadable;

    /** A file and its state when it was read. */
    private record Sent(Path file, FileState state) {}

    /**
     * @param maxBytes of a picture; larger ones are skipped
     * @param sent the files that the topic already has; closed with this
     */
    PictureReader(Pictures source, CameraSettings settings, long maxBytes, SentFiles sent, Clock clock) {
        this.source = source;
        this.settings = settings;
        this.maxBytes = maxBytes;
        this.sent = sent;
        this.clock = clock;
        this.rate = new FrameRate(settings);
    }

    @Override
    public Turn turn() throws IOException {
        if (waiting.isEmpty() && listedOnce) {
            if (!incomplete && !settings.follow()) {
                if (!settings.loop() || handled.isEmpty()) {
                    return new End();
                }
                handled.clear();
            } else if (sinceListed().compareTo(LIST_INTERVAL) < 0) {
                return new Later(LIST_INTERVAL.minus(sinceListed()));
            }
        }
        if (waiting.isEmpty()) {
            list();
        }
        Duration wait = rate.untilNext();
        if (!wait.isZero()) {
            return new Later(wait);
        }
        while (!waiting.isEmpty()) {
            Optional<CapturedFrame> frame = read(waiting.remove());
            if (frame.isPresent()) {
                rate.countNext();
                return new Picture(frame.get());
            }
        }
        // A folder without a readable picture must not be listed all the time.
        return new Later(settings.loop() ? LIST_INTERVAL : Duration.ZERO);
    }

    private Duration sinceListed() {
        return Duration.ofNanos(System.nanoTime() - listedNanos);
    }

    private void list() throws IOException {
        incomplete = false;
        listedNanos = System.nanoTime();
        try {
            waiting.addAll(source.list());
        } catch (NoSuchFileException | NotDirectoryException e) {
            throw new CameraException("The folder " + source.folder() + " no longer exists", e);
        }
        if (!listedOnce && waiting.isEmpty() && !settings.follow()) {
            throw new CameraException(source.description() + " has no pictures; their extensions are "
                    + String.join(", ", Pictures.EXTENSIONS.stream().sorted().toList()));
        }
        listedOnce = true;
        listed = waiting.size();
        // The disk of an empty folder may be unmounted for a moment.
        if (settings.follow() && listed > 0) {
            forgetMissing();
        }
    }

    private void forgetMissing() {
        if (handled.size() > listed || rest.size() > listed) {
            Set<Path> there = new HashSet<>(waiting);
            handled.keySet().retainAll(there);
            rest.retain(there);
        }
        sent.forgetMissing();
    }

    /** The number of files in memory. */
    int remembered() {
        return handled.size() + rest.size() + underway.size() + sent.size();
    }

    private Optional<CapturedFrame> read(Path file) throws IOException {
        try {
            FileState state = FileState.of(file);
            if (state.equals(handled.get(file))) {
                return Optional.empty();
            }
            if (!settings.again() && sent.has(file, state)) {
                sentBefore++;
            } else if (!rest.isAtRest(file, state, QUIET, clock.instant())) {
                incomplete = true;
                return Optional.empty();
            } else if (state.size() > maxBytes) {
                tooLarge++;
            } else {
                return read(file, state);
            }
            handled.put(file, state);
        } catch (NoSuchFileException e) {
            // It was removed after the folder was listed.
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            if (handled.put(file, new FileState(-1, -1)) == null) {
                unreadable++;
            }
        }
        return Optional.empty();
    }

    private Optional<CapturedFrame> read(Path file, FileState state) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        boolean changed = !FileState.of(file).equals(state) || bytes.length != state.size();
        if (changed || FilesAtRest.isEndMissing(bytes)
                && !rest.isAtRest(file, state, QUIET_WITHOUT_END, clock.instant())) {
            incomplete = true;
            return Optional.empty();
        }
        handled.put(file, state);
        rest.forget(file);
        long current = number++;
        if (!rate.takes(current)) {
            return Optional.empty();
        }
        underway.put(current, new Sent(file, state));
        return Optional.of(new CapturedFrame(new Encoded(bytes, CapturedFrame.contentType(bytes)), clock.instant(),
                current, Optional.of(file.getFileName().toString())));
    }

    @Override
    public void delivered(CapturedFrame frame) throws IOException {
        Sent file = underway.remove(frame.number());
        if (file != null) {
            sent.add(file.file(), file.state());
        }
    }

    @Override
    public void undelivered(CapturedFrame frame) {
        underway.remove(frame.number());
    }

    @Override
    public OptionalDouble progress() {
        return settings.follow() || settings.loop() || listed == 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(Math.min(1, (double) (number + sentBefore + tooLarge + unreadable) / listed));
    }

    @Override
    public String remark() {
        StringJoiner remarks = new StringJoiner("; ");
        if (sentBefore > 0) {
            remarks.add(sentBefore + " files were skipped because the topic already has them (--again sends them)");
        }
        if (tooLarge > 0) {
            remarks.add(tooLarge + " files were skipped because they have more than " + maxBytes + " bytes");
        }
        if (unreadable > 0) {
            remarks.add(unreadable + " files cannot be read");
        }
        return remarks.toString();
    }

    @Override
    public void close() {
        try {
            sent.close();
        } catch (IOException e) {
            // All lines were written before.
        }
    }
}
