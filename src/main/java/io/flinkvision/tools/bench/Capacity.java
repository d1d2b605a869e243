package io.flinkvision.tools.bench;

/**
 * Estimates the slots and memory that a number of cameras needs.
 *
 * @param framesPerSecond frames per second of each camera
 * @param size size of the frames
 * @param slot throughput of a slot
 * @param busy share of the time that a slot may be busy, above 0 and at most 1; the rest is for bursts, and for
 *     catching up after a restart
 */
public record Capacity(long cameras, double framesPerSecond, Size size, SlotRate slot, double busy) {

    /** Memory of a network in use, as in conf/flink/config.yaml. */
    private static final long NETWORK_BYTES = 100_000_000;

    /** Maximum memory for decoding a pixel. */
    private static final long BYTES_PER_PIXEL = 8;

    /** So that a job can double its slots without a change of its topic. */
    private static final int PARTITIONS_PER_SLOT = 2;

    public Capacity {
        if (cameras < 1 || !(framesPerSecond > 0) || !(busy > 0 && busy <= 1)) {
            throw new IllegalArgumentException("The number of cameras must be at least 1, frames per second above 0,"
                    + " and the busy share above 0 and at most 1, not " + cameras + ", " + framesPerSecond + " and "
                    + busy);
        }
    }

    /** Pictures per second of all cameras. */
    public double demand() {
        return cameras * framesPerSecond;
    }

    /** Pictures per second for each slot, with headroom. */
    public double slotLoad() {
        return slot.picturesPerSecond().median() * busy;
    }

    /** Task slots, of one core each. */
    public long slots() {
        return (long) Math.ceil(demand() / slotLoad());
    }

    /** Partitions of the input topic, with room for the job to grow. */
    public long partitions() {
        return Math.min(slots() * PARTITIONS_PER_SLOT, Math.max(slots(), cameras));
    }

    /** {@code taskmanager.memory.task.off-heap.size} for one slot. */
    public long nativeBytesPerSlot() {
        return NETWORK_BYTES + BYTES_PER_PIXEL * size.width() * size.height();
    }

    /** Bytes per second into Kafka, and as many out of it. */
    public double inputBytesPerSecond() {
        return demand() * slot.pictureBytes();
    }
}
