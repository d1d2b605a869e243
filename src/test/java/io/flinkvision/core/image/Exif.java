package io.flinkvision.core.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Writes blocks of EXIF with one tag, the orientation. */
final class Exif {

    /** The header, and a directory of one entry. */
    private static final int BYTES = 8 + 2 + 12 + 4;

    private Exif() {}

    static byte[] orientation(int value, ByteOrder order) {
        return ByteBuffer.allocate(BYTES).order(order)
                .put((byte) (order == ByteOrder.LITTLE_ENDIAN ? 'I' : 'M'))
                .put((byte) (order == ByteOrder.LITTLE_ENDIAN ? 'I' : 'M'))
                .putShort((short) 42).putInt(8)
                .putShort((short) 1)
                .putShort((short) 0x0112).putShort((short) 3).putInt(1).putShort((short) value).putShort((short) 0)
                .putInt(0).array();
    }
}
