package io.flinkvision.core.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes animated WebPs of still ones. */
final class WebPFile {

    private static final int RIFF_HEADER_BYTES = 12;
    private static final int ANIMATION_AND_ALPHA = 0x12;

    private WebPFile() {}

    /** A WebP whose first frame is the still picture, of 32 x 32 pixels; a second, damaged frame follows it. */
    static byte[] animated(int canvasWidth, int canvasHeight, int left, int top, byte[] still) {
        return animated(canvasWidth, canvasHeight, left, top, 32, 32, still);
    }

    /** Likewise, with a size of the frame that may be wrong. */
    static byte[] animated(int canvasWidth, int canvasHeight, int left, int top, int width, int height, byte[] still) {
        byte[] picture = pictureOf(still);
        byte[] extended = new byte[10];
        extended[0] = ANIMATION_AND_ALPHA;
        put24(extended, 4, canvasWidth - 1);
        put24(extended, 7, canvasHeight - 1);
        byte[] frame = new byte[16 + picture.length];
        put24(frame, 0, left / 2);
        put24(frame, 3, top / 2);
        put24(frame, 6, width - 1);
        put24(frame, 9, height - 1);
        put24(frame, 12, 100);
        System.arraycopy(picture, 0, frame, 16, picture.length);
        return riff(chunk("VP8X", extended), chunk("ANIM", 1, 2, 3, 255, 0, 0), chunk("ANMF", frame),
                chunk("ANMF", new byte[20]));
    }

    /** An animation without a frame. */
    static byte[] withoutFrames() {
        byte[] extended = new byte[10];
        extended[0] = ANIMATION_AND_ALPHA;
        return riff(chunk("VP8X", extended), chunk("ANIM", 0, 0, 0, 0, 0, 0));
    }

    /** The chunks of the picture itself, without an extended file's header and metadata. */
    private static byte[] pictureOf(byte[] still) {
        int start = RIFF_HEADER_BYTES;
        if (new String(still, start, 4, StandardCharsets.US_ASCII).equals("VP8X")) {
            start += 8 + 10;
        }
        return Arrays.copyOfRange(still, start, still.length);
    }

    static byte[] riff(byte[]... chunks) {
        int length = Arrays.stream(chunks).mapToInt(chunk -> chunk.length).sum();
        ByteBuffer file = ByteBuffer.allocate(RIFF_HEADER_BYTES + length).order(ByteOrder.LITTLE_ENDIAN)
                .put(ascii("RIFF")).putInt(4 + length).put(ascii("WEBP"));
        for (byte[] chunk : chunks) {
            file.put(chunk);
        }
        return file.array();
    }

    static byte[] chunk(String type, int... payload) {
        return chunk(type, PngFile.bytes(payload));
    }

    static byte[] chunk(String type, byte[] payload) {
        return ByteBuffer.allocate(8 + payload.length + payload.length % 2).order(ByteOrder.LITTLE_ENDIAN)
                .put(ascii(type)).putInt(payload.length).put(payload).array();
    }

    private static void put24(byte[] bytes, int position, int value) {
        bytes[position] = (byte) value;
        bytes[position + 1] = (byte) (value >>> 8);
        bytes[position + 2] = (byte) (value >>> 16);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
