package io.flinkvision.tools.audit;

import io.flinkvision.job.record.CameraFrame;
import java.util.HashMap;
import java.util.Map;

/** How often each frame was met, in a byte each of blocks of frames that follow each other. */
final class FrameCounts {

    private static final int BLOCK = 1_024;

    private final Map<Block, byte[]> blocks = new HashMap<>();
    private long frames;

    private record Block(String camera, long session, long number) {

        static Block of(CameraFrame frame) {
            return new Block(frame.camera(), frame.session(), frame.number() / BLOCK);
        }
    }

    void add(CameraFrame frame) {
        byte[] counts = blocks.computeIfAbsent(Block.of(frame), block -> new byte[BLOCK]);
        int place = place(frame);
        frames += counts[place] == 0 ? 1 : 0;
        counts[place] += counts[place] < Byte.MAX_VALUE ? 1 : 0;
    }

    private static int place(CameraFrame frame) {
        return (int) (frame.number() % BLOCK);
    }

    /** Up to 127. */
    int count(CameraFrame frame) {
        byte[] counts = blocks.get(Block.of(frame));
        return counts == null ? 0 : counts[place(frame)];
    }

    /** Different ones. */
    long frames() {
        return frames;
    }
}
