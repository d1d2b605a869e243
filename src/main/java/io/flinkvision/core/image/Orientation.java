package io.flinkvision.core.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.opencv.core.Core;
import org.opencv.core.Mat;

/** The eight values of EXIF's orientation tag (CIPA DC-008, tag 0x0112): how a stored picture is made upright. */
enum Orientation {
    UPRIGHT,
    MIRRORED,
    TURNED_180,
    FLIPPED,
    TRANSPOSED,
    TURN_CLOCKWISE,
    TRANSVERSED,
    TURN_ANTICLOCKWISE;

    private static final int TAG = 0x0112;
    private static final int TYPE_SHORT = 3;
    private static final int ENTRY_BYTES = 12;
    private static final byte[] EXIF_PREFIX = {'E', 'x', 'i', 'f', 0, 0};

    /** Whether rows become columns. */
    boolean swapsSides() {
        return ordinal() >= TRANSPOSED.ordinal();
    }

    /** Whether the right or the bottom edge of what is stored becomes the left one. */
    boolean putsAnEndLeft() {
        return this == MIRRORED || this == TURNED_180 || this == TRANSVERSED || this == TURN_CLOCKWISE;
    }

    /** Whether the right or the bottom edge of what is stored becomes the upper one. */
    boolean putsAnEndOnTop() {
        return this == FLIPPED || this == TURNED_180 || this == TRANSVERSED || this == TURN_ANTICLOCKWISE;
    }

    /** Makes a stored picture upright. */
    void apply(Mat stored, Mat upright) {
        switch (this) {
            case UPRIGHT -> stored.copyTo(upright);
            case MIRRORED -> Core.flip(stored, upright, 1);
            case TURNED_180 -> Core.rotate(stored, upright, Core.ROTATE_180);
            case FLIPPED -> Core.flip(stored, upright, 0);
            case TRANSPOSED -> Core.transpose(stored, upright);
            case TURN_CLOCKWISE -> Core.rotate(stored, upright, Core.ROTATE_90_CLOCKWISE);
            case TRANSVERSED -> {
                Core.transpose(stored, upright);
                Core.rotate(upright, upright, Core.ROTATE_180);
            }
            case TURN_ANTICLOCKWISE -> Core.rotate(stored, upright, Core.ROTATE_90_COUNTERCLOCKWISE);
        }
    }

    /** The orientation of a value of the tag; upright if there is none of that value. */
    static Orientation ofTag(long value) {
        return value >= 1 && value <= values().length ? values()[(int) value - 1] : UPRIGHT;
    }

    /** Whether a block of bytes starts as EXIF does in a JPEG's APP1 segment. */
    static boolean startsAsExif(byte[] bytes, int from, int to) {
        if (to - from < EXIF_PREFIX.length) {
            return false;
        }
        for (int i = 0; i < EXIF_PREFIX.length; i++) {
            if (bytes[from + i] != EXIF_PREFIX[i]) {
                return false;
            }
        }
        return true;
    }

    /**
     * Reads the tag from a block of EXIF, with or without its prefix. Damaged EXIF is passed over, as browsers do: the
     * picture itself may be sound.
     */
    static Orientation ofExif(byte[] bytes, int from, int to) {
        int start = startsAsExif(bytes, from, to) ? from + EXIF_PREFIX.length : from;
        if (to - start < 8) {
            return UPRIGHT;
        }
        ByteBuffer tiff = ByteBuffer.wrap(bytes, start, to - start).slice();
        int order = tiff.getShort(0);
        if (order != 0x4949 && order != 0x4d4d) {
            return UPRIGHT;
        }
        tiff.order(order == 0x4949 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        int directory = tiff.getInt(4);
        if (tiff.getShort(2) != 42 || directory < 8 || directory > tiff.limit() - 2) {
            return UPRIGHT;
        }
        int entries = tiff.getShort(directory) & 0xffff;
        for (int i = 0; i < entries; i++) {
            int entry = directory + 2 + i * ENTRY_BYTES;
            if (entry > tiff.limit() - ENTRY_BYTES) {
                return UPRIGHT;
            }
            if ((tiff.getShort(entry) & 0xffff) == TAG && tiff.getShort(entry + 2) == TYPE_SHORT) {
                return ofTag(tiff.getShort(entry + 8) & 0xffff);
            }
        }
        return UPRIGHT;
    }
}
