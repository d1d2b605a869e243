package io.flinkvision.core.camera;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOInterruptCB;
import org.bytedeco.javacpp.Pointer;

/**
 * Ends FFmpeg's wait for one input: FFmpeg asks about every tenth of a second. All inputs share one native callback, and
 * are told apart by the opaque pointer that FFmpeg passes to it: JavaCPP has ten callbacks of a kind for a process, and
 * gives the eleventh a null pointer, with which FFmpeg waits for ever.
 */
final class Interruption implements AutoCloseable {

    private static final Map<Long, Interruption> OPEN = new ConcurrentHashMap<>();

    private static long lastId;
    private static Callback callback;

    private final BooleanSupplier stopped;
    private final long id;
    private volatile boolean hasDeadline;
    private volatile long deadlineNanos;
    private boolean closed;

    private static final class Callback extends AVIOInterruptCB.Callback_Pointer {

        @Override
        public int call(Pointer opaque) {
            Interruption asked = opaque == null ? null : OPEN.get(opaque.address());
            return asked == null || asked.isDue() ? 1 : 0;
        }
    }

    /** A pointer that FFmpeg hands back and never follows. */
    private static final class Id extends Pointer {

        Id(long id) {
            super((Pointer) null);
            address = id;
        }
    }

    /** @param stopped polled while FFmpeg waits; true ends the wait */
    Interruption(BooleanSupplier stopped) {
        this.stopped = stopped;
        synchronized (Interruption.class) {
            // Not one for ever: a job's classes are unloaded with it, unless native code refers to them.
            if (OPEN.isEmpty()) {
                callback = new Callback();
            }
            id = ++lastId;
            OPEN.put(id, this);
        }
    }

    /** @throws IOException if as many jobs of this process read videos as there are native callbacks */
    void addTo(AVFormatContext context) throws IOException {
        synchronized (Interruption.class) {
            context.interrupt_callback().callback(callback).opaque(new Id(id));
        }
        AVIOInterruptCB.Callback_Pointer set = context.interrupt_callback().callback();
        if (set == null || set.isNull()) {
            throw new IOException("This process has no native callback left for FFmpeg: ten jobs read videos in it; start"
                    + " more TaskManagers");
        }
    }

    /** From now on, FFmpeg waits so long at most. */
    void restart(Duration time) {
        deadlineNanos = System.nanoTime() + time.toNanos();
        hasDeadline = true;
    }

    /** FFmpeg may wait as long as it likes. */
    void clear() {
        hasDeadline = false;
    }

    boolean isDue() {
        return stopped.getAsBoolean() || hasDeadline && System.nanoTime() - deadlineNanos > 0;
    }

    /** Called once FFmpeg has closed the input; idempotent. */
    @Override
    public void close() {
        synchronized (Interruption.class) {
            if (!closed) {
                closed = true;
                OPEN.remove(id);
                if (OPEN.isEmpty()) {
                    callback.close();
                }
            }
        }
    }
}
