package io.flinkvision.tools.bench;

/**
 * What a number of cameras needs.
 *
 * @param cameras how many
 * @param framesASecond of each
 * @param size of their pictures
 * @param slot what a slot does
 * @param busy the share of the time that a slot may be busy, above 0, to 1; the rest is for bursts, and for catching up
 *     after a restart
 */
public record Capacity(long cameras, double framesASecond, Size size, SlotRate slot, double busy) {

    /** What a network takes while it works, by conf/flink/config.yaml. */
    private static final long NETWORK_BYTES = 100_000_000;

    /** What a pixel of a picture takes while it is decoded, at the most. */
    private static final long BYTES_A_PIXEL = 8;

    /** A job can grow to twice its slots without a change of its topic. */
    private static final int PARTITIONS_A_SLOT = 2;

    public Capacity {
        if (cameras < 1 || !(framesASecond > 0) || !(busy > 0 && busy <= 1)) {
            throw new IllegalArgumentException(cameras + " cameras at " + framesASecond
                    + " frames a second, on slots that are busy for " + busy + " of the time: at least one camera is"
                    + " needed, more than 0 frames, and a share of more than 0 and not more than 1");
        }
    }

    /** Pictures a second of all cameras. */
    public double demand() {
        return cameras * framesASecond;
    }

    /** Pictures a second that a slot is given, with room left. */
    public double slotLoad() {
        return slot.picturesASecond().median() * busy;
    }

    /** Task slots, a core each. */
    public long slots() {
        return (long) Math.ceil(demand() / slotLoad());
    }

    /** Partitions of the input topic, so that the job can grow. */
    public long partitions() {
        return Math.min(slots() * PARTITIONS_A_SLOT, Math.max(slots(), cameras));
    }

    /** Memory that a slot needs beside Java's own: {@code taskmanager.memory.task.off-heap.size} for one. */
    public long nativeBytesASlot() {
        return NETWORK_BYTES + BYTES_A_PIXEL * size.width() * size.height();
    }

    /** Bytes a second into Kafka, and the same out of it. */
    public double inputBytesASecond() {
        return demand() * slot.pictureBytes();
    }
}
