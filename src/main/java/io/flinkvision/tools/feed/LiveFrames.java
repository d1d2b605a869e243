package io.flinkvision.tools.feed;

import io.flinkvision.core.camera.CapturedFrame;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The frames of all live cameras that wait for Kafka. Each camera has a queue of limited length, from which the oldest
 * frame is dropped for a new one; the queues are served in turn.
 *
 * @param <C> identifies a camera
 */
final class LiveFrames<C> {

    private final int capacity;
    private final Map<C, Deque<CapturedFrame>> frames = new HashMap<>();
    private final Deque<C> turns = new ArrayDeque<>();
    private boolean closed;

    /**
     * A frame and its camera.
     *
     * @param <C> identifies a camera
     */
    record Entry<C>(C camera, CapturedFrame frame) {}

    /** @param capacity of each queue in frames, at least 1 */
    LiveFrames(int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("The capacity must be at least 1, not " + capacity);
        }
        this.capacity = capacity;
    }

    /** Adds a frame, and returns the one that was dropped for it. */
    synchronized Optional<CapturedFrame> add(C camera, CapturedFrame frame) {
        Deque<CapturedFrame> waiting = frames.computeIfAbsent(camera, key -> new ArrayDeque<>());
        if (waiting.isEmpty()) {
            turns.add(camera);
        }
        Optional<CapturedFrame> oldest = waiting.size() == capacity ? Optional.of(waiting.remove()) : Optional.empty();
        waiting.add(frame);
        notifyAll();
        return oldest;
    }

    /** Waits for the oldest frame of the next camera; empty if all are taken and this is closed. */
    synchronized Optional<Entry<C>> take() throws InterruptedException {
        while (turns.isEmpty() && !closed) {
            wait();
        }
        if (turns.isEmpty()) {
            return Optional.empty();
        }
        C camera = turns.remove();
        Deque<CapturedFrame> waiting = frames.get(camera);
        CapturedFrame frame = waiting.remove();
        if (!waiting.isEmpty()) {
            turns.add(camera);
        }
        return Optional.of(new Entry<>(camera, frame));
    }

    /** No more frames will be added. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }
}
