package io.flinkvision.core.image;

import io.flinkvision.core.image.ImageHeader.Transparency;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;

/**
 * Walks the chunks of a WebP (RFC 9649, chapter 2). Of an animated one the first frame is the picture, on a transparent
 * canvas: its colour of the background is a hint that browsers do not take.
 */
final class WebPHeader {

    private static final int RIFF_HEADER_BYTES = 12;
    private static final int CHUNK_HEADER_BYTES = 8;
    private static final int ANIMATION = 0x02;
    private static final Set<String> FIRST_CHUNKS = Set.of("VP8X", "VP8 ", "VP8L");

    private final ByteBuffer webp;
    private final int end;
    private int width;
    private int height;
    private boolean hasPicture;
    private boolean isAnimated;
    private Optional<Frame> firstFrame = Optional.empty();
    private Orientation orientation = Orientation.UPRIGHT;
    private boolean hasExif;

    private WebPHeader(ByteBuffer webp, int end) {
        this.webp = webp;
        this.end = end;
    }

    static ImageHeader read(byte[] bytes) throws MalformedImageException {
        WebPHeader reader = walked(bytes);
        return new ImageHeader(reader.width, reader.height, reader.orientation, Transparency.ALPHA_CHANNEL);
    }

    /** The first frame of an animation; empty for a still picture. */
    static Optional<Frame> firstFrame(byte[] bytes) throws MalformedImageException {
        return walked(bytes).firstFrame;
    }

    private static WebPHeader walked(byte[] bytes) throws MalformedImageException {
        ByteBuffer webp = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        long declared = Integer.toUnsignedLong(webp.getInt(4)) + 8;
        if (declared > bytes.length) {
            throw MalformedImageException.truncated("The WebP has " + bytes.length + " of its " + declared
                    + " bytes: it was cut off");
        }
        WebPHeader reader = new WebPHeader(webp, (int) declared);
        reader.walk();
        return reader;
    }

    private void walk() throws MalformedImageException {
        int position = RIFF_HEADER_BYTES;
        while (end - position >= CHUNK_HEADER_BYTES) {
            String type = new String(webp.array(), position, 4, StandardCharsets.ISO_8859_1);
            long length = Integer.toUnsignedLong(webp.getInt(position + 4));
            if (position == RIFF_HEADER_BYTES && !FIRST_CHUNKS.contains(type)) {
                // libwebp takes such bytes for a picture without chunks, whose size is elsewhere.
                throw MalformedImageException.corrupt("The WebP has no picture at its start, where a VP8X, VP8 or VP8L"
                        + " chunk must be");
            }
            int start = position + CHUNK_HEADER_BYTES;
            if (length > end - start) {
                throw MalformedImageException.corrupt("The WebP's chunk " + type.replaceAll("\\W", "?") + " of "
                        + length + " bytes reaches beyond the picture's end");
            }
            chunk(type, start, (int) length);
            // Chunks start at even bytes; the last one's padding may be missing.
            position = (int) Math.min(end, start + length + (length & 1));
        }
        if (!hasPicture || width < 1 || height < 1) {
            throw MalformedImageException.corrupt("The WebP has no picture in it");
        }
    }

    private void chunk(String type, int start, int length) throws MalformedImageException {
        switch (type) {
            case "VP8X" -> extended(start, length);
            case "VP8 " -> lossy(start, length);
            case "VP8L" -> lossless(start, length);
            case "ANMF" -> frame(start, length);
            case "EXIF" -> {
                // Of several the first counts, as for the other formats.
                if (!hasExif) {
                    orientation = Orientation.ofExif(webp.array(), start, start + length);
                }
                hasExif = true;
            }
            default -> {
                // Colour profiles, alpha and metadata are the decoder's concern.
            }
        }
    }

    private void extended(int start, int length) throws MalformedImageException {
        requireLength(length, 10);
        if (start != RIFF_HEADER_BYTES + CHUNK_HEADER_BYTES) {
            // It could undo the size that the limits are checked against.
            throw MalformedImageException.corrupt("The WebP has a VP8X chunk that is not its first");
        }
        isAnimated = (webp.get(start) & ANIMATION) != 0;
        width = (webp.getInt(start + 3) >>> 8) + 1;
        height = (webp.getInt(start + 6) >>> 8) + 1;
    }

    private void frame(int start, int length) throws MalformedImageException {
        if (!isAnimated || firstFrame.isPresent()) {
            return;
        }
        Frame frame = Frame.of(webp.array(), start, length);
        if (frame.left() + frame.width() > width || frame.top() + frame.height() > height) {
            throw MalformedImageException.corrupt("The WebP's first frame of " + frame.width() + " x " + frame.height()
                    + " pixels at " + frame.left() + ", " + frame.top() + " is not inside its canvas of " + width
                    + " x " + height);
        }
        firstFrame = Optional.of(frame);
        hasPicture = true;
    }

    private void lossy(int start, int length) throws MalformedImageException {
        requireLength(length, 10);
        if (webp.get(start + 3) != (byte) 0x9d || webp.get(start + 4) != 0x01 || webp.get(start + 5) != 0x2a) {
            throw MalformedImageException.corrupt("The WebP's picture has no start code");
        }
        picture(webp.getShort(start + 6) & 0x3fff, webp.getShort(start + 8) & 0x3fff);
    }

    private void lossless(int start, int length) throws MalformedImageException {
        requireLength(length, 5);
        if (webp.get(start) != 0x2f) {
            throw MalformedImageException.corrupt("The WebP's picture has no signature");
        }
        int bits = webp.getInt(start + 1);
        picture((bits & 0x3fff) + 1, (bits >>> 14 & 0x3fff) + 1);
    }

    /** The picture's own size must not exceed what the limits are checked against. */
    private void picture(int pictureWidth, int pictureHeight) {
        // Beside the frames of an animation, which libwebp then takes no notice of.
        if (isAnimated) {
            return;
        }
        hasPicture = true;
        width = Math.max(width, pictureWidth);
        height = Math.max(height, pictureHeight);
    }

    private static void requireLength(int length, int least) throws MalformedImageException {
        if (length < least) {
            throw MalformedImageException.corrupt("The WebP has a chunk of " + length + " bytes, too few");
        }
    }

    /**
     * A frame of an animated WebP (RFC 9649, section 2.7.1.1) as a still WebP of its own: OpenCV reads no animations.
     *
     * @param left its place on the canvas, in pixels
     * @param top likewise
     * @param width pixels
     * @param height pixels
     * @param file the still WebP
     */
    record Frame(int left, int top, int width, int height, byte[] file) {

        private static final int FRAME_HEADER_BYTES = 16;
        private static final int CHUNK_HEADER_BYTES = 8;
        private static final int EXTENDED_BYTES = 10;
        private static final int ALPHA = 0x10;

        /**
         * Reads the payload of an ANMF chunk, and keeps the picture and its opacity only.
         *
         * @throws MalformedImageException if there is no picture in it of the size that the chunk says
         */
        static Frame of(byte[] webp, int start, int length) throws MalformedImageException {
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
                throw MalformedImageException.corrupt("The WebP's first frame declares " + width + " x "
                        + height + " pixels, but its picture has " + still.width() + " x " + still.height());
            }
            return new Frame(left, top, width, height, file);
        }

        private static byte[] stillOf(ByteBuffer frame, int width, int height) throws MalformedImageException {
            int alpha = -1;
            int position = FRAME_HEADER_BYTES;
            while (frame.limit() - position >= CHUNK_HEADER_BYTES) {
                int end = chunkEnd(frame, position);
                switch (type(frame, position)) {
                    case "ALPH" -> alpha = position;
                    case "VP8 " -> {
                        return alpha < 0
                                ? simple(frame, position, end)
                                : extended(frame, alpha, position, width, height);
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
                        "The WebP's first frame has a chunk of " + length + " bytes, which reaches beyond its end");
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
}
