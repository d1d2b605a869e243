package io.flinkvision.core.camera;

import io.flinkvision.core.camera.FrameSource.NetworkStream;
import io.flinkvision.core.camera.FrameSource.Pictures;
import io.flinkvision.core.camera.FrameSource.TestScene;
import io.flinkvision.core.camera.FrameSource.VideoDevice;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Reads one camera to its end, and reconnects to a live one after each loss: on a thread of its own, or step by step
 * on one that serves many cameras. A single thread at a time may call {@link #run} or {@link #step}.
 */
public final class CameraReading implements Runnable {

    private static final Duration FIRST_WAIT = Duration.ofMillis(500);
    private static final Duration MAX_WAIT = Duration.ofSeconds(30);

    /** Between attempts with a camera that cannot be read before somebody mends it. */
    private static final Duration FIRST_LONG_WAIT = Duration.ofSeconds(10);
    private static final Duration MAX_LONG_WAIT = Duration.ofMinutes(5);

    /** Until a source that waits for room asks for it again. */
    private static final Duration ROOM_WAIT = Duration.ofMillis(20);

    private final String id;
    private final Supplier<CameraDefinition> declared;
    private final DeclaredOpening opening;
    private final Receiver receiver;
    private final Listener listener;
    private final Backoff backoff = new Backoff(FIRST_WAIT, MAX_WAIT);
    private final Optional<Backoff> longBackoff;
    private final AtomicLong reconnects = new AtomicLong();
    private volatile Optional<CameraDefinition> camera = Optional.empty();
    private volatile Optional<FrameReader> current = Optional.empty();
    private volatile State state = State.CONNECTING;
    private volatile boolean stopped;
    private Optional<ChangeFilter> changes = Optional.empty();
    private boolean open;
    private boolean comesBack;
    private boolean lost;
    private boolean delivers;
    private boolean over;
    private long taken;
    private long firstNumber;
    private long nextNumber;

    /** The phase of a camera. */
    public enum State {
        /** Its source is being opened. */
        CONNECTING,
        /** It delivers frames. */
        RUNNING,
        /** It was lost, and waits for the next attempt. */
        WAITING,
        /** It has reached its end, or was stopped. */
        ENDED,
        /** It cannot be read, or not before the next attempt. */
        FAILED
    }

    /** Takes the frames of one camera, and the problems of single ones; called on the thread that reads it. */
    public interface Receiver extends FrameReader.Problems {

        /** @throws InterruptedException if the thread was interrupted while it waited for room */
        void accept(CapturedFrame frame, FrameReader reader) throws InterruptedException;

        /** Whether there is room for a frame of a source that waits for it; asked before such a frame is read. */
        default boolean hasRoom() {
            return true;
        }

        /** Waits until all frames are where they belong; called before their reader is closed. */
        default void await() throws InterruptedException {}

        /** Why no further frame is taken. */
        default Optional<String> failure() {
            return Optional.empty();
        }
    }

    /** Receives the events of cameras, which are named by their ids; called by several threads at a time. */
    public interface Listener {

        /** A live camera was lost or could not be reached. */
        default void lost(String camera, String reason, Duration retryIn) {}

        /** A lost camera delivers again. */
        default void reconnected(String camera) {}

        /** A camera cannot be read; it is not tried again. */
        default void failed(String camera, String reason) {}

        /** A camera cannot be read, and is nevertheless tried again: somebody may mend it. */
        default void failed(String camera, String reason, Duration retryIn) {}

        /** A camera has reached its end. */
        default void ended(String camera, String remark) {}
    }

    /** Opens the camera's source, as {@link FrameReader#open} does. */
    @FunctionalInterface
    public interface Opening {

        FrameReader open(BooleanSupplier stopped, FrameReader.Problems problems)
                throws IOException, InterruptedException;
    }

    /** The wait before the next attempt: twice as long after each failure, up to a limit. */
    static final class Backoff {

        private final Duration first;
        private final Duration max;
        private Duration next;

        Backoff(Duration first, Duration max) {
            this.first = first;
            this.max = max;
            this.next = first;
        }

        /** The wait after one more failure. */
        Duration next() {
            Duration result = next;
            Duration doubled = next.multipliedBy(2);
            next = doubled.compareTo(max) > 0 ? max : doubled;
            return result;
        }

        void reset() {
            next = first;
        }
    }

    /** The same of a camera that is known only when it is read. */
    @FunctionalInterface
    interface DeclaredOpening {

        FrameReader open(CameraDefinition camera, BooleanSupplier stopped, FrameReader.Problems problems)
                throws IOException, InterruptedException;
    }

    /** Reads a camera until it fails or ends; only losses are tried again. */
    public CameraReading(CameraDefinition camera, Opening opening, Receiver receiver, Listener listener) {
        this(camera.id(), () -> camera, (same, stopped, problems) -> opening.open(stopped, problems), receiver,
                listener, Optional.empty());
    }

    private CameraReading(String id, Supplier<CameraDefinition> declared, DeclaredOpening opening, Receiver receiver,
            Listener listener, Optional<Backoff> longBackoff) {
        this.id = id;
        this.declared = declared;
        this.opening = opening;
        this.receiver = receiver;
        this.listener = listener;
        this.longBackoff = longBackoff;
    }

    /**
     * Reads a camera until it ends or is stopped: also one that cannot be read is tried again, with long waits.
     *
     * @param declared the camera, asked for in the first step, and again until it is one; throws a
     *     {@link CameraException} if it is none now
     */
    public static CameraReading persistent(String id, Supplier<CameraDefinition> declared, ReadingContext context,
            Receiver receiver, Listener listener) {
        return persistent(id, declared,
                (camera, stopped, problems) -> FrameReader.open(camera, context, stopped, problems), receiver, listener);
    }

    static CameraReading persistent(String id, Supplier<CameraDefinition> declared, DeclaredOpening opening,
            Receiver receiver, Listener listener) {
        return new CameraReading(id, declared, opening, receiver, listener,
                Optional.of(new Backoff(FIRST_LONG_WAIT, MAX_LONG_WAIT)));
    }

    /** Reads until the source ends, or until {@link #stop} and an interruption of the thread. */
    @Override
    public void run() {
        for (Optional<Duration> wait = step(); wait.isPresent(); wait = step()) {
            try {
                TimeUnit.NANOSECONDS.sleep(wait.get().toNanos());
            } catch (InterruptedException e) {
                interrupted();
                return;
            }
        }
    }

    /**
     * Whether the next step may wait for somebody else, as for a camera on the network: then it belongs on a thread of
     * its own. Known after the first step.
     */
    public boolean blocks() {
        return camera.filter(known -> !(known.source() instanceof TestScene || known.source() instanceof Pictures))
                .isPresent();
    }

    /**
     * Does the next thing: finds out what the camera is, opens it, reads one frame, or ends. Throws nothing.
     *
     * @return when the next step is due; empty if there is none, because the source has ended or was stopped, or cannot
     *     be read
     */
    public Optional<Duration> step() {
        if (over) {
            return Optional.empty();
        }
        try {
            return advance();
        } catch (InterruptedException | ClosedByInterruptException e) {
            return interrupted();
        } catch (CameraException e) {
            return fail(e.getMessage());
        } catch (IOException e) {
            return comesBack ? lose(e.getMessage()) : fail(description() + " cannot be read: " + e.getMessage());
        } catch (RuntimeException | OutOfMemoryError e) {
            // One bad frame must not end a camera that has more.
            return comesBack ? lose("unexpected: " + e) : fail("Unexpected: " + e);
        } catch (LinkageError e) {
            return fail("FFmpeg, which reads video, does not run on this machine: " + e.getMessage()
                    + " (a Flink cluster needs flink-vision-VERSION-ffmpeg.jar in the folder lib/ of each machine)");
        } catch (Error e) {
            return fail("Unexpected: " + e);
        }
    }

    private String description() {
        return camera.map(known -> known.source().description()).orElse(id);
    }

    private Optional<Duration> advance() throws IOException, InterruptedException {
        if (camera.isEmpty()) {
            camera = Optional.of(declared.get());
        } else if (!open) {
            open(camera.get());
        } else if (stopped || isComplete() || receiver.failure().isPresent()) {
            return end();
        } else {
            return read(current.orElseThrow());
        }
        return Optional.of(Duration.ZERO);
    }

    private void open(CameraDefinition known) throws IOException, InterruptedException {
        if (stopped) {
            throw new InterruptedException();
        }
        state = State.CONNECTING;
        comesBack = known.source() instanceof NetworkStream || known.source() instanceof VideoDevice;
        FrameReader reader = opening.open(known, () -> stopped, receiver);
        open = true;
        current = Optional.of(reader);
        comesBack &= reader.isLive();
        // Each reader counts from 0.
        firstNumber = nextNumber;
        delivers = false;
    }

    private Optional<Duration> read(FrameReader reader) throws IOException, InterruptedException {
        Optional<CapturedFrame> frame;
        if (reader instanceof PacedReader paced) {
            if (!paced.isLive() && !receiver.hasRoom()) {
                return Optional.of(ROOM_WAIT);
            }
            PacedReader.Turn turn = paced.turn();
            if (turn instanceof PacedReader.Later later) {
                return Optional.of(later.due());
            }
            frame = turn instanceof PacedReader.Picture picture ? Optional.of(picture.frame()) : Optional.empty();
        } else {
            frame = reader.next();
        }
        if (frame.isEmpty()) {
            return comesBack && !stopped ? lose("the stream has ended") : end();
        }
        receive(frame.get(), reader);
        return Optional.of(Duration.ZERO);
    }

    private void receive(CapturedFrame frame, FrameReader reader) throws InterruptedException {
        if (!delivers) {
            delivers = true;
            state = State.RUNNING;
            backoff.reset();
            longBackoff.ifPresent(Backoff::reset);
            if (lost) {
                lost = false;
                reconnects.incrementAndGet();
                listener.reconnected(id);
            }
        }
        CapturedFrame numbered = frame.withNumber(firstNumber + frame.number());
        nextNumber = numbered.number() + 1;
        if (isUnchanged(numbered, reader)) {
            reader.undelivered(numbered);
            receiver.unchanged();
            return;
        }
        taken++;
        receiver.accept(numbered, reader);
    }

    private boolean isUnchanged(CapturedFrame frame, FrameReader reader) {
        Optional<ChangeRule> rule = camera.orElseThrow().settings().onlyChanges();
        if (rule.isEmpty() || reader.comparesPictures()) {
            return false;
        }
        if (changes.isEmpty()) {
            changes = rule.map(ChangeFilter::new);
        }
        return !changes.get().passes(frame.bytes(), System.nanoTime() / 1e9);
    }

    private boolean isComplete() {
        return camera.flatMap(known -> known.settings().max()).filter(max -> taken >= max).isPresent();
    }

    private Optional<Duration> end() throws InterruptedException {
        closeReader();
        receiver.failure().ifPresent(failure -> { throw new CameraException(failure); });
        over = true;
        state = State.ENDED;
        listener.ended(id, current.map(FrameReader::remark).orElse(""));
        return Optional.empty();
    }

    private Optional<Duration> lose(String reason) {
        return retry(State.WAITING, backoff, wait -> listener.lost(id, reason, wait));
    }

    private Optional<Duration> fail(String reason) {
        if (longBackoff.isPresent()) {
            return retry(State.FAILED, longBackoff.get(), wait -> listener.failed(id, reason, wait));
        }
        try {
            closeReader();
        } catch (InterruptedException e) {
            return interrupted();
        }
        over = true;
        state = State.FAILED;
        listener.failed(id, reason);
        return Optional.empty();
    }

    private Optional<Duration> retry(State waiting, Backoff waits, Consumer<Duration> report) {
        try {
            closeReader();
        } catch (InterruptedException e) {
            return interrupted();
        }
        if (stopped) {
            return interrupted();
        }
        lost = true;
        state = waiting;
        Duration wait = waits.next();
        report.accept(wait);
        return Optional.of(wait);
    }

    private Optional<Duration> interrupted() {
        over = true;
        try {
            closeReader();
        } catch (InterruptedException e) {
            // It is closed anyway.
        }
        state = State.ENDED;
        return Optional.empty();
    }

    private void closeReader() throws InterruptedException {
        if (open) {
            open = false;
            changes.ifPresent(ChangeFilter::close);
            changes = Optional.empty();
            try {
                receiver.await();
            } finally {
                current.ifPresent(FrameReader::close);
            }
        }
    }

    /** Stops reading; what was read is still delivered. The thread may have to be interrupted. */
    public void stop() {
        stopped = true;
    }

    public State state() {
        return state;
    }

    /** How often a lost camera delivered again. */
    public long reconnects() {
        return reconnects.get();
    }

    /** How much of the source has been read, from 0 to 1; empty if its end is unknown. */
    public OptionalDouble progress() {
        return current.map(FrameReader::progress).orElse(OptionalDouble.empty());
    }
}
