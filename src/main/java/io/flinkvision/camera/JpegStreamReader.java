package io.flinkvision.camera;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.util.Arrays;
import java.util.Optional;

/**
 * Pictures out of a stream of JPEGs, one straight after the other, as programs write them into a pipe. The end of each
 * is found by its markers (ITU-T T.81, annex B), so that a thumbnail inside of it does not end it.
 */
final class JpegStreamReader implements FrameReader {

    private static final int MARKER = 0xff;
    private static final int SOI = 0xd8;
    private static final int EOI = 0xd9;
    private static final int SOS = 0xda;
    private static final int RST0 = 0xd0;
    private static final int RST7 = 0xd7;
    private static final int TEM = 0x01;

    private final InputStream in;
    private final long largestBytes;
    private final CameraSettings settings;
    private final Clock clock;
    private final Pace pace;
    private byte[] picture = new byte[1 << 16];
    private int length;
    private long number;
    private long skippedBytes;
    private boolean closed;

    /**
     * @param in the stream, which this closes
     * @param largestBytes how many bytes of one picture are read before it is given up; a stream that is no JPEG ends
     *     here
     */
    JpegStreamReader(InputStream in, long largestBytes, CameraSettings settings, Clock clock) {
        this.in = new BufferedInputStream(in, 1 << 16);
        this.largestBytes = largestBytes;
        this.settings = settings;
        this.clock = clock;
        this.pace = new Pace(settings.fps());
    }

    @Override
    public Optional<Frame> next() throws IOException, InterruptedException {
        while (findStart()) {
            readPicture();
            long current = number++;
            if (current % settings.every() == 0) {
                pace.awaitNext();
                return Optional.of(Frame.jpeg(Arrays.copyOf(picture, length), clock.instant(), current));
            }
        }
        return Optional.empty();
    }

    /** Goes to the next SOI marker; false at the end of the stream. */
    private boolean findStart() throws IOException {
        length = 0;
        int before = -1;
        for (int next = in.read(); next >= 0; next = in.read()) {
            if (before == MARKER && next == SOI) {
                append(MARKER);
                append(SOI);
                skippedBytes--;
                return true;
            }
            before = next;
            skippedBytes++;
            if (number == 0 && skippedBytes > largestBytes) {
                throw new CameraException("Standard input has no JPEG in its first " + largestBytes
                        + " bytes; feed it JPEG pictures one straight after the other");
            }
        }
        return false;
    }

    private void readPicture() throws IOException {
        try {
            int marker = marker();
            while (marker != EOI) {
                if (marker == SOS) {
                    copySegment();
                    marker = entropyCodedData();
                } else {
                    if (marker != TEM && (marker < RST0 || marker > SOI)) {
                        copySegment();
                    }
                    marker = marker();
                }
            }
        } catch (EOFException e) {
            throw new CameraException("Standard input ended inside of the picture " + number + ", after " + length
                    + " bytes of it", e);
        }
    }

    /** The code of the marker that must follow, with any fill bytes before it. */
    private int marker() throws IOException {
        int next = copy();
        if (next != MARKER) {
            throw new CameraException("Standard input is no stream of JPEGs: the picture " + number + " has "
                    + String.format("%02x", next) + " at byte " + (length - 1) + ", where a marker must stand");
        }
        while (next == MARKER) {
            next = copy();
        }
        return next;
    }

    private void copySegment() throws IOException {
        int size = copy() << 8 | copy();
        for (int i = 2; i < size; i++) {
            copy();
        }
    }

    /** Copies the data of a scan, and tells the marker that ended it. */
    private int entropyCodedData() throws IOException {
        while (true) {
            int next = copy();
            while (next == MARKER) {
                next = copy();
                if (next != 0 && next != MARKER && (next < RST0 || next > RST7)) {
                    return next;
                }
            }
        }
    }

    private int copy() throws IOException {
        int next = in.read();
        if (next < 0) {
            throw new EOFException();
        }
        if (length >= largestBytes) {
            throw new CameraException("Standard input has a picture of more than " + largestBytes
                    + " bytes; raise max-image-bytes in the job file, or send smaller ones");
        }
        append(next);
        return next;
    }

    private void append(int next) {
        if (length == picture.length) {
            picture = Arrays.copyOf(picture, 2 * picture.length);
        }
        picture[length++] = (byte) next;
    }

    @Override
    public String remark() {
        return skippedBytes == 0 ? "" : skippedBytes + " bytes between the pictures were left out";
    }

    /** Closes the stream; a read that waits on another thread may not notice. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            in.close();
        } catch (IOException e) {
            // It has been read as far as it was wanted.
        }
    }
}
