package io.flinkvision.core.image;

import io.flinkvision.core.image.ImageHeader.Transparency;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.OptionalInt;

/**
 * The first frame of a GIF (CompuServe, GIF89a Specification) and its place on the canvas. What follows the frame is
 * not looked at.
 *
 * @param canvasWidth pixels of the canvas: of the logical screen, or more if the frame reaches beyond it
 * @param canvasHeight likewise
 * @param left the frame's place on it
 * @param top likewise
 * @param width pixels of the frame
 * @param height likewise
 * @param isInterlaced whether its rows come in four passes
 * @param transparentIndex the palette's transparent index
 * @param paletteStart the position of the palette's first colour, of red, green and blue
 * @param colours the palette's length
 * @param codeSize bits of an index in the compressed data
 * @param dataStart the position of the compressed data: sub-blocks, of which an empty one is the last
 */
record GifFrame(
        int canvasWidth, int canvasHeight, int left, int top, int width, int height, boolean isInterlaced,
        OptionalInt transparentIndex, int paletteStart, int colours, int codeSize, int dataStart) {

    private static final int HEADER_BYTES = 13;
    private static final int EXTENSION = 0x21;
    private static final int GRAPHIC_CONTROL = 0xf9;
    private static final int IMAGE = 0x2c;
    private static final int TRAILER = 0x3b;
    private static final int IMAGE_BYTES = 10;

    /** The specification ends at 8, but browsers take what leaves room for longer codes. */
    private static final int MAX_CODE_SIZE = 11;

    static GifFrame read(byte[] bytes) throws MalformedImageException {
        return new Walk(bytes).firstFrame();
    }

    /** On the canvas, not the frame alone. Transparency is on white already when the pixels are unpacked. */
    ImageHeader imageHeader() {
        return new ImageHeader(canvasWidth, canvasHeight);
    }

    private static final class Walk {

        private final ByteBuffer gif;
        private int position = HEADER_BYTES;
        private OptionalInt transparentIndex = OptionalInt.empty();

        private Walk(byte[] bytes) {
            gif = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        }

        private GifFrame firstFrame() throws MalformedImageException {
            require(0, HEADER_BYTES);
            int globalColours = colours(gif.get(10));
            position += 3 * globalColours;
            int block = unsignedByte();
            while (block == EXTENSION) {
                int label = unsignedByte();
                if (label == GRAPHIC_CONTROL) {
                    graphicControl();
                }
                skipSubBlocks();
                block = unsignedByte();
            }
            if (block != IMAGE) {
                throw MalformedImageException.corrupt(block == TRAILER
                        ? "The GIF has no picture in it"
                        : "The GIF has the unknown block 0x%02x at byte %d".formatted(block, position - 1));
            }
            return frame(position - 1, globalColours);
        }

        private static int colours(byte flags) {
            return (flags & 0x80) == 0 ? 0 : 2 << (flags & 7);
        }

        private void graphicControl() throws MalformedImageException {
            require(position, 6);
            boolean hasTransparency = gif.get(position) >= 4 && (gif.get(position + 1) & 1) != 0;
            transparentIndex = hasTransparency ? OptionalInt.of(gif.get(position + 4) & 0xff) : OptionalInt.empty();
        }

        private GifFrame frame(int start, int globalColours) throws MalformedImageException {
            require(start, IMAGE_BYTES);
            int left = gif.getShort(start + 1) & 0xffff;
            int top = gif.getShort(start + 3) & 0xffff;
            int width = gif.getShort(start + 5) & 0xffff;
            int height = gif.getShort(start + 7) & 0xffff;
            byte flags = gif.get(start + 9);
            if (width == 0 || height == 0) {
                throw MalformedImageException.corrupt(
                        "The GIF's first frame declares " + width + " x " + height + " pixels");
            }
            int localColours = colours(flags);
            if (localColours + globalColours == 0) {
                throw MalformedImageException.unsupported(
                        "The GIF has no palette, and its colours are undefined");
            }
            position = start + IMAGE_BYTES + 3 * localColours;
            int codeSize = unsignedByte();
            if (codeSize < 1 || codeSize > MAX_CODE_SIZE) {
                throw MalformedImageException.corrupt("The GIF's indices have " + codeSize
                        + " bits, not 1 to " + MAX_CODE_SIZE);
            }
            int dataStart = position;
            skipSubBlocks();
            return new GifFrame(Math.max(gif.getShort(6) & 0xffff, left + width),
                    Math.max(gif.getShort(8) & 0xffff, top + height), left, top, width, height, (flags & 0x40) != 0,
                    transparentIndex, localColours > 0 ? start + IMAGE_BYTES : HEADER_BYTES,
                    localColours > 0 ? localColours : globalColours, codeSize, dataStart);
        }

        private void skipSubBlocks() throws MalformedImageException {
            int length = unsignedByte();
            while (length > 0) {
                position += length;
                length = unsignedByte();
            }
        }

        private int unsignedByte() throws MalformedImageException {
            require(position, 1);
            return gif.get(position++) & 0xff;
        }

        private void require(int start, int length) throws MalformedImageException {
            if (start > gif.limit() - length) {
                throw MalformedImageException.truncated("The GIF of " + gif.limit()
                        + " bytes ends inside its first frame, or before it: it was cut off");
            }
        }
    }
}
