package io.flinkvision.core.camera;

import io.flinkvision.core.camera.PictureCutter.Broken;
import io.flinkvision.core.camera.PictureCutter.Ending;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * The part of a stream that is in memory: the bytes taken of the current picture, or before the next one, and the bytes
 * read ahead. Indices count from the start of the window.
 */
final class PictureWindow {

    private static final int BUFFER_BYTES = 1 << 16;

    private final InputStream in;
    private final int maxBytes;
    private byte[] buffer = new byte[BUFFER_BYTES];
    private int start;
    private int position;
    private int end;

    /**
     * @param in not closed by this
     * @param maxBytes of the window, without what was read ahead
     */
    PictureWindow(InputStream in, long maxBytes) {
        this.in = in;
        this.maxBytes = (int) Math.min(maxBytes, Integer.MAX_VALUE - 4 * BUFFER_BYTES);
    }

    int maxBytes() {
        return maxBytes;
    }

    /** The bytes that were taken. */
    int length() {
        return position - start;
    }

    /** The bytes that were taken or read ahead. */
    int available() {
        return end - start;
    }

    int at(int index) {
        return buffer[start + index] & 0xff;
    }

    byte[] bytes(int length) {
        return Arrays.copyOfRange(buffer, start, start + length);
    }

    /** Drops all that was taken but the last bytes. */
    void keepLast(int bytes) {
        start = Math.max(start, position - bytes);
    }

    /** Takes only this many bytes; the others are read ahead. */
    void rewindTo(int length) {
        position = start + length;
    }

    int take() throws IOException, Broken {
        skip(1);
        return at(length() - 1);
    }

    int takeInt() throws IOException, Broken {
        return take() << 24 | take() << 16 | take() << 8 | take();
    }

    int peek() throws IOException, Broken {
        int next = take();
        position--;
        return next;
    }

    /**
     * Takes bytes.
     *
     * @throws Broken if the stream ends before, or the window exceeds its limit
     */
    void skip(int bytes) throws IOException, Broken {
        int left = maxBytes - length();
        boolean fits = bytes <= left;
        int wanted = fits ? bytes : Math.max(0, left);
        if (!has(wanted)) {
            position = end;
            throw new Broken(Ending.CUT_OFF);
        }
        position += wanted;
        if (!fits) {
            throw new Broken(Ending.TOO_LARGE);
        }
    }

    /** Reads ahead until this many bytes can be taken; false if the stream ends before. */
    boolean has(int bytes) throws IOException {
        while (end - position < bytes) {
            makeRoom();
            int count = in.read(buffer, end, buffer.length - end);
            if (count < 0) {
                return false;
            }
            end += count;
        }
        return true;
    }

    private void makeRoom() {
        if (end == buffer.length) {
            if (start > 0) {
                System.arraycopy(buffer, start, buffer, 0, end - start);
                position -= start;
                end -= start;
                start = 0;
            } else {
                buffer = Arrays.copyOf(buffer, 2 * buffer.length);
            }
        }
    }
}
