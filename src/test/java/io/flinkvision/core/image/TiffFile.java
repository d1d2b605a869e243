package io.flinkvision.core.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Writes TIFFs of one strip of grey samples. */
final class TiffFile {

    private static final int ENTRIES = 9;
    private static final int DATA_START = 8 + 2 + ENTRIES * 12 + 4;

    private TiffFile() {}

    static byte[] grey(int width, int height, int bits, int orientation, ByteOrder order, int... samples) {
        ByteBuffer tiff = ByteBuffer.allocate(DATA_START + samples.length).order(order);
        byte mark = (byte) (order == ByteOrder.LITTLE_ENDIAN ? 'I' : 'M');
        tiff.put(mark).put(mark).putShort((short) 42).putInt(8).putShort((short) ENTRIES);
        entry(tiff, 256, 4, width);
        entry(tiff, 257, 3, height);
        entry(tiff, 258, 3, bits);
        entry(tiff, 259, 3, 1);
        entry(tiff, 262, 3, 1);
        entry(tiff, 273, 4, DATA_START);
        entry(tiff, 274, 3, orientation);
        entry(tiff, 278, 4, height);
        entry(tiff, 279, 4, samples.length);
        return tiff.putInt(0).put(PngFile.bytes(samples)).array();
    }

    private static void entry(ByteBuffer tiff, int tag, int type, int value) {
        tiff.putShort((short) tag).putShort((short) type).putInt(1);
        if (type == 3) {
            tiff.putShort((short) value).putShort((short) 0);
        } else {
            tiff.putInt(value);
        }
    }
}
