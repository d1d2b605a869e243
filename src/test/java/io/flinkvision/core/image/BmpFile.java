package io.flinkvision.core.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Writes bitmaps with all kinds of headers. */
final class BmpFile {

    static final int CORE_HEADER = 12;

    /** OS/2's, as short as it may be. */
    static final int SHORT_OS2_HEADER = 16;

    static final int OS2_HEADER = 64;
    static final int INFO_HEADER = 40;
    static final int V4_HEADER = 108;
    static final int V5_HEADER = 124;

    private static final int FILE_HEADER_BYTES = 14;

    private int headerBytes = INFO_HEADER;
    private int bitsPerPixel = 24;
    private int compression;
    private int[] masks = new int[0];
    private byte[] palette = new byte[0];
    private int colours;
    private int dataStart = -1;

    BmpFile header(int bytes) {
        headerBytes = bytes;
        return this;
    }

    BmpFile bitsPerPixel(int bits) {
        bitsPerPixel = bits;
        return this;
    }

    BmpFile compression(int method) {
        compression = method;
        return this;
    }

    /** Masks of red, green, blue and, in a header that has one, alpha. */
    BmpFile bitFields(int... values) {
        masks = values;
        return compression(3);
    }

    /** The number of colours that the header tells; zero is all that the indices reach. */
    BmpFile colours(int count) {
        colours = count;
        return this;
    }

    /** Where the header says that the pixels are, if that is not where they are. */
    BmpFile dataStart(int position) {
        dataStart = position;
        return this;
    }

    BmpFile palette(int... samples) {
        palette = PngFile.bytes(samples);
        return this;
    }

    /** Rows from the bottom, or from the top if the height is negative, each padded to four bytes. */
    byte[] pixels(int width, int height, int... data) {
        // Of the shortest header with masks they stand behind it.
        int masksBehind = headerBytes == INFO_HEADER ? masks.length * Integer.BYTES : 0;
        int headersEnd = FILE_HEADER_BYTES + headerBytes + masksBehind + palette.length;
        ByteBuffer bmp = ByteBuffer.allocate(headersEnd + data.length).order(ByteOrder.LITTLE_ENDIAN);
        bmp.put((byte) 'B').put((byte) 'M').putInt(bmp.capacity()).putInt(0)
                .putInt(dataStart < 0 ? headersEnd : dataStart);
        bmp.putInt(headerBytes);
        if (headerBytes == CORE_HEADER) {
            bmp.putShort((short) width).putShort((short) height).putShort((short) 1).putShort((short) bitsPerPixel);
        } else {
            bmp.putInt(width).putInt(height).putShort((short) 1).putShort((short) bitsPerPixel);
            if (headerBytes >= INFO_HEADER) {
                bmp.putInt(compression).position(FILE_HEADER_BYTES + 32);
                bmp.putInt(colours).putInt(0);
            }
            for (int mask : masks) {
                bmp.putInt(mask);
            }
            bmp.position(FILE_HEADER_BYTES + headerBytes + masksBehind);
        }
        return bmp.put(palette).put(PngFile.bytes(data)).array();
    }
}
