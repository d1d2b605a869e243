package io.flinkvision.core.image;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes GIFs of one frame with four colours: red, green, blue and white. The trailer is left out. */
final class GifFile {

    private static final int[] PALETTE = {255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255};
    private static final int CLEAR = 4;
    private static final int END = 5;

    private final int width;
    private final int height;
    private int transparent = -1;
    private boolean isInterlaced;
    private boolean hasPalette = true;
    private int[] place;

    private GifFile(int width, int height) {
        this.width = width;
        this.height = height;
        this.place = new int[] {0, 0, width, height};
    }

    /** A canvas, of which the frame is all unless that is told. */
    static GifFile of(int width, int height) {
        return new GifFile(width, height);
    }

    GifFile transparent(int index) {
        transparent = index;
        return this;
    }

    GifFile interlaced() {
        isInterlaced = true;
        return this;
    }

    GifFile withoutPalette() {
        hasPalette = false;
        return this;
    }

    GifFile frame(int left, int top, int frameWidth, int frameHeight) {
        place = new int[] {left, top, frameWidth, frameHeight};
        return this;
    }

    /** Each index as a code of its own, of three bits, with a clear code before every second one. */
    byte[] indices(int... indices) {
        int[] codes = new int[(indices.length + 1) / 2 + indices.length + 1];
        int length = 0;
        for (int i = 0; i < indices.length; i++) {
            if (i % 2 == 0) {
                codes[length++] = CLEAR;
            }
            codes[length++] = indices[i];
        }
        codes[length] = END;
        return codes(codes);
    }

    /** Codes of three bits. */
    byte[] codes(int... codes) {
        byte[] data = new byte[(codes.length * 3 + 7) / 8];
        for (int bit = 0; bit < codes.length * 3; bit++) {
            data[bit / 8] |= (byte) ((codes[bit / 3] >> bit % 3 & 1) << bit % 8);
        }
        return data(2, data);
    }

    /** Compressed data, in sub-blocks of three bytes. */
    byte[] data(int codeSize, byte[] data) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes("GIF89a".getBytes(StandardCharsets.US_ASCII));
        file.writeBytes(shorts(width, height));
        file.writeBytes(PngFile.bytes(hasPalette ? 0x81 : 0, 0, 0));
        if (hasPalette) {
            file.writeBytes(PngFile.bytes(PALETTE));
        }
        file.writeBytes(PngFile.bytes(0x21, 0xfe, 2, 'h', 'i', 0));
        if (transparent >= 0) {
            file.writeBytes(PngFile.bytes(0x21, 0xf9, 4, 1, 0, 0, transparent, 0));
        }
        file.write(0x2c);
        file.writeBytes(shorts(place));
        file.write(isInterlaced ? 0x40 : 0);
        file.write(codeSize);
        for (int start = 0; start < data.length; start += 3) {
            int length = Math.min(3, data.length - start);
            file.write(length);
            file.write(data, start, length);
        }
        file.write(0);
        return file.toByteArray();
    }

    private static byte[] shorts(int... values) {
        ByteBuffer bytes = ByteBuffer.allocate(2 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (int value : values) {
            bytes.putShort((short) value);
        }
        return bytes.array();
    }
}
