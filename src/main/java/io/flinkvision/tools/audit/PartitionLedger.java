package io.flinkvision.tools.audit;

import io.flinkvision.tools.audit.AuditReport.Outcome;
import java.util.BitSet;

/** How many outcomes each record of one partition of the input has: two bytes and one bit per record. */
final class PartitionLedger {

    private final long start;
    private final byte[] labels;
    private final byte[] deadLetters;
    private final BitSet absent = new BitSet();

    /**
     * @param start the first offset that counts
     * @param end the offset after the last one
     * @throws IllegalArgumentException if there are more than an array can hold
     */
    PartitionLedger(long start, long end) {
        if (end < start || end - start > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException("The offsets from " + start + " to " + end
                    + " are more than one audit can hold; begin it later");
        }
        this.start = start;
        this.labels = new byte[(int) (end - start)];
        this.deadLetters = new byte[labels.length];
    }

    long start() {
        return start;
    }

    long end() {
        return start + labels.length;
    }

    boolean holds(long offset) {
        return offset >= start && offset < end();
    }

    void labelled(long offset) {
        increment(labels, index(offset));
    }

    void deadLettered(long offset) {
        increment(deadLetters, index(offset));
    }

    /** Notes that no record lies at an offset: compaction or a transaction's marker left a gap there. */
    void absent(long offset) {
        absent.set(index(offset));
    }

    boolean isAbsent(long offset) {
        return absent.get(index(offset));
    }

    int labels(long offset) {
        return labels[index(offset)];
    }

    int deadLetters(long offset) {
        return deadLetters[index(offset)];
    }

    /** The first offset from one on that has no outcome and may hold a record; {@link #end} where there is none. */
    long nextOpen(long from) {
        long offset = from;
        while (offset < end() && (labels(offset) + deadLetters(offset) > 0 || isAbsent(offset))) {
            offset++;
        }
        return offset;
    }

    /** Whether some record has no outcome. */
    boolean hasOpenRecords() {
        return nextOpen(start) < end();
    }

    /** What became of the record at an offset that holds one. */
    Outcome outcome(long offset, long committed) {
        int all = labels(offset) + deadLetters(offset);
        if (all > 1) {
            return Outcome.DOUBLED;
        }
        if (all == 1) {
            return labels(offset) == 0 ? Outcome.DEAD_LETTERED : Outcome.LABELLED;
        }
        return offset >= committed ? Outcome.WAITING : Outcome.MISSING;
    }

    private int index(long offset) {
        if (!holds(offset)) {
            throw new IllegalArgumentException(
                    "Offset " + offset + " is not one of those from " + start + " to " + end());
        }
        return (int) (offset - start);
    }

    private static void increment(byte[] counts, int index) {
        if (counts[index] < Byte.MAX_VALUE) {
            counts[index]++;
        }
    }
}
