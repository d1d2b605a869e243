package io.flinkvision.core.camera;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The frames of many cameras that wait to be taken. Each camera has a queue of limited length, all of them have a limit
 * in bytes, and the queues are served in turn. A frame of a live camera is added at once, and others make room for it; a
 * frame of a file waits for room.
 *
 * @param <C> identifies a camera
 */
public final class WaitingFrames<C> {

    private static final CompletableFuture<Void> NOW = CompletableFuture.completedFuture(null);

    private final int capacity;
    private final long maxBytes;
    private final Map<C, Queue> queues = new HashMap<>();
    private final LinkedHashSet<C> turns = new LinkedHashSet<>();
    private CompletableFuture<Void> available = new CompletableFuture<>();
    private long bytes;
    private boolean closed;

    /**
     * A frame and its camera.
     *
     * @param <C> identifies a camera
     */
    public record Entry<C>(C camera, CapturedFrame frame) {}

    /** The frames of one camera, oldest first. */
    private static final class Queue {

        private final Deque<CapturedFrame> frames = new ArrayDeque<>();
        private long bytes;
        private boolean live;
    }

    /** @param capacity of each queue in frames, at least 1; all of them together have no limit */
    public WaitingFrames(int capacity) {
        this(capacity, Long.MAX_VALUE);
    }

    /**
     * @param capacity of each queue in frames, at least 1
     * @param maxBytes of all frames together, at least 1; a single frame that has more may wait alone
     */
    public WaitingFrames(int capacity, long maxBytes) {
        if (capacity < 1) {
            throw new IllegalArgumentException("The capacity must be at least 1, not " + capacity);
        }
        if (maxBytes < 1) {
            throw new IllegalArgumentException("maxBytes must be at least 1, not " + maxBytes);
        }
        this.capacity = capacity;
        this.maxBytes = maxBytes;
    }

    /**
     * Adds a frame of a live camera at once. If its queue is full, its oldest frame makes room; if all of them have too
     * many bytes, the oldest frames of the live cameras with the most bytes do.
     *
     * @return the frames that were dropped; the new one is among them if the frames of files leave no room for it
     */
    public synchronized List<Entry<C>> add(C camera, CapturedFrame frame) {
        List<Entry<C>> dropped = new ArrayList<>();
        Queue queue = queueOf(camera);
        queue.live = true;
        if (queue.frames.size() == capacity) {
            dropped.add(new Entry<>(camera, removeOldest(queue)));
        }
        while (!hasBytes(frame)) {
            Optional<C> largest = largestLive();
            if (largest.isEmpty()) {
                leaveIfEmpty(camera, queue);
                dropped.add(new Entry<>(camera, frame));
                return dropped;
            }
            Queue other = queues.get(largest.get());
            dropped.add(new Entry<>(largest.get(), removeOldest(other)));
            leaveIfEmpty(largest.get(), other);
        }
        append(camera, queue, frame);
        return dropped;
    }

    /** Adds a frame of a file as soon as there is room for it. */
    public synchronized void put(C camera, CapturedFrame frame) throws InterruptedException {
        while (!hasRoom(camera) || !hasBytes(frame)) {
            wait();
        }
        append(camera, queueOf(camera), frame);
    }

    /** Only cameras with frames are in the map. */
    private Queue queueOf(C camera) {
        return Optional.ofNullable(queues.get(camera)).orElseGet(Queue::new);
    }

    /** Whether {@link #put} would probably not wait. */
    public synchronized boolean hasRoom(C camera) {
        Queue queue = queues.get(camera);
        return (queue == null || queue.frames.size() < capacity) && bytes < maxBytes;
    }

    private boolean hasBytes(CapturedFrame frame) {
        return bytes == 0 || bytes + frame.bytes().length <= maxBytes;
    }

    /** Of several, the one whose turn comes first. */
    private Optional<C> largestLive() {
        Optional<C> largest = Optional.empty();
        long most = -1;
        for (C camera : turns) {
            Queue queue = queues.get(camera);
            if (queue.live && queue.bytes > most) {
                largest = Optional.of(camera);
                most = queue.bytes;
            }
        }
        return largest;
    }

    private void append(C camera, Queue queue, CapturedFrame frame) {
        queues.put(camera, queue);
        queue.frames.add(frame);
        queue.bytes += frame.bytes().length;
        bytes += frame.bytes().length;
        turns.add(camera);
        notifyAll();
        available.complete(null);
    }

    private CapturedFrame removeOldest(Queue queue) {
        CapturedFrame frame = queue.frames.remove();
        queue.bytes -= frame.bytes().length;
        bytes -= frame.bytes().length;
        return frame;
    }

    private void leaveIfEmpty(C camera, Queue queue) {
        if (queue.frames.isEmpty()) {
            turns.remove(camera);
            queues.remove(camera);
        }
    }

    /** Waits for the oldest frame of the next camera; empty if all are taken and this is closed. */
    public synchronized Optional<Entry<C>> take() throws InterruptedException {
        while (turns.isEmpty() && !closed) {
            wait();
        }
        return poll();
    }

    /** The oldest frame of the next camera; empty if there is none now. */
    public synchronized Optional<Entry<C>> poll() {
        if (turns.isEmpty()) {
            return Optional.empty();
        }
        C camera = turns.iterator().next();
        turns.remove(camera);
        Queue queue = queues.get(camera);
        CapturedFrame frame = removeOldest(queue);
        if (queue.frames.isEmpty()) {
            queues.remove(camera);
        } else {
            turns.add(camera);
        }
        notifyAll();
        return Optional.of(new Entry<>(camera, frame));
    }

    /** Completes as soon as there is a frame to take. */
    public synchronized CompletableFuture<Void> available() {
        if (!turns.isEmpty()) {
            return NOW;
        }
        if (available.isDone()) {
            available = new CompletableFuture<>();
        }
        return available;
    }

    /** Drops the frames of a camera, and forgets it; returns how many there were. */
    public synchronized int remove(C camera) {
        Queue queue = queues.remove(camera);
        if (queue == null) {
            return 0;
        }
        turns.remove(camera);
        bytes -= queue.bytes;
        notifyAll();
        return queue.frames.size();
    }

    /** Bytes of all frames that wait. */
    public synchronized long bytes() {
        return bytes;
    }

    /** No more frames will be added. */
    public synchronized void close() {
        closed = true;
        notifyAll();
    }
}
