package io.flinkvision.core.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A frame of an animated WebP (RFC 9649, section 2.7.1.1), which becomes a still WebP of its own, as OpenCV reads no
 * others.
 *
 * @param left its place on the canvas, in pixels
 * @param top likewise
 * @param width pixels
 * @param height pixels
 * @param file the still WebP
 */
record WebPFrame(int left, int top, int width, int height, byte[] file) {

    private static final int FRAME_HEADER_BYTES = 16;
    private static final int CHUNK_HEADER_BYTES = 8;
    private static final int EXTENDED_BYTES = 10;
    private static final int ALPHA = 0x10;

    /**
     * Reads the payload of an ANMF chunk. What comes behind its picture is left out, and so is everything of the frame
     * that is neither the picture nor its opacity.
     *
     * @throws MalformedImageException if there is no picture in it of the size that the chunk says
     */
    static WebPFrame of(byte[] webp, int start, int length) throws MalformedImageException {
        if (length < FRAME_HEADER_BYTES) {
            throw MalformedImageException.corrupt("The WebP has a frame of " + length + " bytes, too few");
        }
        ByteBuffer frame = ByteBuffer.wrap(webp, start, length).slice().order(ByteOrder.LITTLE_ENDIAN);
        // Numbers of 24 bits each; a place is counted in pairs of pixels.
        int left = 2 * (frame.getInt(0) & 0xffffff);
        int top = 2 * (frame.getInt(3) & 0xffffff);
        int width = (frame.getInt(6) & 0xffffff) + 1;
        int height = (frame.getInt(9) & 0xffffff) + 1;
        byte[] file = stillOf(frame, width, height);
        ImageHeader still = WebPHeader.read(file);
        if (still.width() != width || still.height() != height) {
            throw MalformedImageException.corrupt("The WebP's first frame says that it has " + width + " x " + height
                    + " pixels, but its picture has " + still.width() + " x " + still.height());
        }
        return new WebPFrame(left, top, width, height, file);
    }

    private static byte[] stillOf(ByteBuffer frame, int width, int height) throws MalformedImageException {
        int alpha = -1;
        int position = FRAME_HEADER_BYTES;
        while (frame.limit() - position >= CHUNK_HEADER_BYTES) {
            int end = chunkEnd(frame, position);
            switch (type(frame, position)) {
                case "ALPH" -> alpha = position;
                case "VP8 " -> {
                    return alpha < 0 ? simple(frame, position, end) : extended(frame, alpha, position, width, height);
                }
                case "VP8L" -> {
                    return simple(frame, position, end);
                }
                default -> {
                    // Of no use to the pixels.
                }
            }
            position = end;
        }
        throw MalformedImageException.corrupt("The WebP's first frame has no picture in it");
    }

    private static String type(ByteBuffer frame, int position) {
        return new String(frame.array(), frame.arrayOffset() + position, 4, StandardCharsets.ISO_8859_1);
    }

    /** With its padding, if that is there. */
    private static int chunkEnd(ByteBuffer frame, int position) throws MalformedImageException {
        long length = Integer.toUnsignedLong(frame.getInt(position + 4));
        long end = position + CHUNK_HEADER_BYTES + length;
        if (end > frame.limit()) {
            throw MalformedImageException.corrupt(
                    "The WebP's first frame has a chunk of " + length + " bytes, which reaches behind its end");
        }
        return (int) Math.min(frame.limit(), end + (length & 1));
    }

    private static byte[] simple(ByteBuffer frame, int position, int end) {
        return riff(end - position).put(frame.slice(position, end - position)).array();
    }

    private static byte[] extended(ByteBuffer frame, int alpha, int position, int width, int height)
            throws MalformedImageException {
        int alphaEnd = chunkEnd(frame, alpha);
        int end = chunkEnd(frame, position);
        ByteBuffer file = riff(CHUNK_HEADER_BYTES + EXTENDED_BYTES + alphaEnd - alpha + end - position);
        file.put("VP8X".getBytes(StandardCharsets.US_ASCII)).putInt(EXTENDED_BYTES).putInt(ALPHA);
        put24(file, width - 1);
        put24(file, height - 1);
        return file.put(frame.slice(alpha, alphaEnd - alpha)).put(frame.slice(position, end - position)).array();
    }

    /** The last chunk's padding, where the frame leaves it out, is a zero. */
    private static ByteBuffer riff(int chunkBytes) {
        int padded = chunkBytes + (chunkBytes & 1);
        return ByteBuffer.allocate(12 + padded).order(ByteOrder.LITTLE_ENDIAN)
                .put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(4 + padded)
                .put("WEBP".getBytes(StandardCharsets.US_ASCII));
    }

    private static void put24(ByteBuffer file, int value) {
        file.putShort((short) value).put((byte) (value >>> 16));
    }
}
