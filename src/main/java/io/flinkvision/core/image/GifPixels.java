package io.flinkvision.core.image;

import java.util.Arrays;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.Scalar;

/**
 * Unpacks the first frame of a GIF onto a white canvas, by the algorithm of appendix F of the GIF89a Specification.
 * OpenCV 4.9 reads no GIFs. The JDK's Image I/O does, but needs the module java.desktop, makes a picture on the heap
 * first and leaves the canvas to its caller; here one row is kept at a time, and a table of {@value #MAX_CODES} codes.
 */
final class GifPixels {

    private static final int MAX_CODES = 4096;
    private static final int NONE = -1;
    private static final byte WHITE = (byte) 0xff;

    private final byte[] gif;
    private final GifFrame frame;

    /** The code of all indices of a code but the last, and that last one. */
    private final short[] prefixes = new short[MAX_CODES];
    private final byte[] lastIndices = new byte[MAX_CODES];

    /** The indices of one code, from the last to the first. */
    private final byte[] reversed = new byte[MAX_CODES];

    /** Bytes that are left of the current sub-block, and bits of its last bytes that no code has used. */
    private int position;
    private int left;
    private int bits;
    private int bitCount;

    private final byte[] row;
    private int x;
    private int y;
    private int pass;

    private GifPixels(byte[] gif, GifFrame frame) {
        this.gif = gif;
        this.frame = frame;
        this.position = frame.dataStart();
        this.row = new byte[3 * frame.width()];
    }

    /**
     * Unpacks a GIF.
     *
     * @param gif a whole file
     * @param pixels becomes {@code [canvasHeight, canvasWidth]} of 8-bit BGR
     * @throws MalformedImageException if it breaks the format's rules, or its frame lacks pixels
     */
    static void unpack(byte[] gif, Mat pixels) throws MalformedImageException {
        GifFrame frame = GifFrame.read(gif);
        pixels.create(frame.canvasHeight(), frame.canvasWidth(), CvType.CV_8UC3);
        // It returns another reference to the same memory, which would keep it until a garbage collection.
        pixels.setTo(Scalar.all(255)).release();
        new GifPixels(gif, frame).unpackOnto(pixels);
    }

    private void unpackOnto(Mat pixels) throws MalformedImageException {
        int clear = 1 << frame.codeSize();
        int end = clear + 1;
        int next = end + 1;
        int size = frame.codeSize() + 1;
        int previous = NONE;
        while (y < frame.height()) {
            int code = code(size);
            if (code == clear) {
                next = end + 1;
                size = frame.codeSize() + 1;
                previous = NONE;
                continue;
            }
            if (code == end) {
                throw MalformedImageException.truncated("The GIF's first frame ends in row " + (y + 1) + " of "
                        + frame.height());
            }
            if (code > next || code >= clear && previous == NONE) {
                throw MalformedImageException.corrupt("The GIF's first frame has the code " + code
                        + " where " + (previous == NONE ? clear - 1 : next) + " is the largest");
            }
            // The code under construction: the previous one, followed by that one's first index.
            boolean isNext = code == next;
            int first = put(pixels, isNext ? previous : code, isNext);
            if (previous != NONE && next < MAX_CODES) {
                prefixes[next] = (short) previous;
                lastIndices[next] = (byte) first;
                next++;
                if (next == 1 << size && next < MAX_CODES) {
                    size++;
                }
            }
            previous = code;
        }
    }

    /** Writes a code's indices, then perhaps the first again; returns the first. */
    private int put(Mat pixels, int code, boolean firstOnceMore) {
        int length = 0;
        int rest = code;
        while (rest > 1 << frame.codeSize()) {
            reversed[length++] = lastIndices[rest];
            rest = prefixes[rest];
        }
        reversed[length++] = (byte) rest;
        for (int i = length - 1; i >= 0; i--) {
            pixel(pixels, reversed[i] & 0xff);
        }
        if (firstOnceMore) {
            pixel(pixels, rest);
        }
        return rest;
    }

    private int code(int size) throws MalformedImageException {
        while (bitCount < size) {
            if (left == 0) {
                left = gif[position++] & 0xff;
                if (left == 0) {
                    throw MalformedImageException.truncated("The GIF's data end in row " + (y + 1) + " of the "
                            + frame.height() + " of its first frame");
                }
            }
            bits |= (gif[position++] & 0xff) << bitCount;
            bitCount += 8;
            left--;
        }
        int code = bits & (1 << size) - 1;
        bits >>>= size;
        bitCount -= size;
        return code;
    }

    private void pixel(Mat pixels, int index) {
        if (y >= frame.height()) {
            return;
        }
        if (frame.transparentIndex().isPresent() && frame.transparentIndex().getAsInt() == index) {
            Arrays.fill(row, 3 * x, 3 * x + 3, WHITE);
        } else if (index < frame.colours()) {
            int colour = frame.paletteStart() + 3 * index;
            row[3 * x] = gif[colour + 2];
            row[3 * x + 1] = gif[colour + 1];
            row[3 * x + 2] = gif[colour];
        } else {
            // An index that the palette does not have is black.
            Arrays.fill(row, 3 * x, 3 * x + 3, (byte) 0);
        }
        x++;
        if (x == frame.width()) {
            pixels.put(frame.top() + y, frame.left(), row);
            x = 0;
            nextRow();
        }
    }

    /** An interlaced frame starts with every 8th row; each later pass has the rows halfway between. */
    private void nextRow() {
        if (!frame.isInterlaced()) {
            y++;
            return;
        }
        y += pass == 0 ? 8 : 16 >> pass;
        while (y >= frame.height() && pass < 3) {
            pass++;
            y = 8 >> pass;
        }
    }
}
