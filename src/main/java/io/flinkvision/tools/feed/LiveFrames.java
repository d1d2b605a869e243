package io.flinkvision.tools.feed;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The frames of all live cameras that wait for Kafka: so many of each camera at the most, of which the oldest makes
 * room for a new one. The cameras take turns.
 *
 * @param <C> what stands for a camera
 */
final class LiveFrames<C> {

    private final int capacity;
    private final Map<C, Deque<CapturedFrame>> frames = new HashMap<>();
    private final Deque<C> turns = new ArrayDeque<>();
    private boolean closed;

    /**
     * A frame and its camera.
     *
     * @param <C> what stands for a camera
     */
    record Entry<C>(C camera, CapturedFrame frame) {}

    /** @param capacity the most frames of each camera, at least 1 */
    LiveFrames(int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("The capacity must be at least 1, not " + capacity);
        }
        this.capacity = capacity;
    }

    /** Adds a camera's frame, and returns the one that had to go for it. */
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

    /** The oldest frame of the camera whose turn it is, waited for; empty when all are taken and no more will come. */
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
        if (waiting.isEmpty()) {
            notifyAll();
        } else {
            turns.add(camera);
        }
        return Optional.of(new Entry<>(camera, frame));
    }

    /** Waits until a camera's frames have all been taken. */
    synchronized void awaitEmpty(C camera) throws InterruptedException {
        while (frames.containsKey(camera) && !frames.get(camera).isEmpty()) {
            wait();
        }
    }

    /** Says that no more frames will come. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }
}
