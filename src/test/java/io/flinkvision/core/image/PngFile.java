package io.flinkvision.core.image;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Writes PNGs chunk by chunk, sound ones and others. */
final class PngFile {

    static final int GREY = 0;
    static final int TRUE_COLOUR = 2;
    static final int PALETTE = 3;
    static final int GREY_ALPHA = 4;
    static final int TRUE_COLOUR_ALPHA = 6;

    private final List<byte[]> chunks = new ArrayList<>();

    /** A picture that is not interlaced. */
    static PngFile of(int width, int height, int bitDepth, int colourType) {
        return of(width, height, bitDepth, colourType, 0);
    }

    static PngFile of(int width, int height, int bitDepth, int colourType, int interlace) {
        return new PngFile().chunk("IHDR", ByteBuffer.allocate(13).putInt(width).putInt(height)
                .put((byte) bitDepth).put((byte) colourType).put((byte) 0).put((byte) 0).put((byte) interlace).array());
    }

    PngFile chunk(String type, int... data) {
        return chunk(type, bytes(data));
    }

    PngFile chunk(String type, byte[] data) {
        byte[] name = type.getBytes(StandardCharsets.ISO_8859_1);
        CRC32 crc = new CRC32();
        crc.update(name);
        crc.update(data);
        chunks.add(ByteBuffer.allocate(12 + data.length).putInt(data.length).put(name).put(data)
                .putInt((int) crc.getValue()).array());
        return this;
    }

    /** The last chunk gets a wrong sum. */
    PngFile withAWrongSum() {
        byte[] chunk = chunks.get(chunks.size() - 1);
        chunk[chunk.length - 1] ^= 1;
        return this;
    }

    /** The picture's data: rows that each start with the number of their filter. */
    PngFile rows(int... data) {
        return chunk("IDAT", deflated(bytes(data)));
    }

    byte[] end() {
        return chunk("IEND").withoutEnd();
    }

    byte[] withoutEnd() {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes(bytes(0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'));
        chunks.forEach(file::writeBytes);
        return file.toByteArray();
    }

    /** A copy in which the sum of each chunk that can be found is right. */
    static byte[] withRightSums(byte[] file) {
        ByteBuffer png = ByteBuffer.wrap(file.clone());
        CRC32 crc = new CRC32();
        int position = 8;
        while (png.limit() - position >= 12) {
            int length = png.getInt(position);
            if (length < 0 || length > png.limit() - position - 12) {
                break;
            }
            crc.reset();
            crc.update(png.array(), position + 4, length + 4);
            png.putInt(position + 8 + length, (int) crc.getValue());
            position += 12 + length;
        }
        return png.array();
    }

    private static byte[] deflated(byte[] data) {
        Deflater deflater = new Deflater();
        deflater.setInput(data);
        deflater.finish();
        byte[] result = new byte[data.length + 64];
        int length = deflater.deflate(result);
        deflater.end();
        return Arrays.copyOf(result, length);
    }

    static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }
}
