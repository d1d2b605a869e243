package io.flinkvision.core.camera;

import io.flinkvision.core.camera.PictureCutter.Cut;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.util.Optional;

/**
 * Reads concatenated pictures from standard input, as programs write them to a pipe. A JPEG without its end marker is
 * delivered as it came; one that is too large, or has no pixels, is skipped.
 */
final class JpegStreamReader implements FrameReader {

    private final InputStream in;
    private final PictureCutter cutter;
    private final long maxBytes;
    private final Problems problems;
    private final Clock clock;
    private final FrameRate rate;
    private long number;
    private boolean closed;

    /**
     * @param in the stream, which this closes
     * @param maxBytes of a picture; a stream that begins with more bytes of something else is refused
     */
    JpegStreamReader(
            InputStream in, long maxBytes, CameraSettings settings, Problems problems, Clock clock) {
        this.in = in;
        this.cutter = new PictureCutter(in, maxBytes);
        this.maxBytes = maxBytes;
        this.problems = problems;
        this.clock = clock;
        this.rate = new FrameRate(settings);
    }

    @Override
    public Optional<CapturedFrame> next() throws IOException, InterruptedException {
        for (Optional<Cut> cut = cutter.next(); cut.isPresent(); cut = cutter.next()) {
            switch (cut.get().ending()) {
                case CUT_OFF -> throw new CameraException("Standard input ended inside frame " + number
                        + ", after " + cut.get().bytes().length + " bytes of it");
                case NO_PICTURE -> {
                    if (number == 0) {
                        throw new CameraException("Standard input has no JPEG in its first " + maxBytes
                                + " bytes; write concatenated JPEGs to it");
                    }
                }
                default -> {
                    long current = number++;
                    if (problems.accept(cut.get(), current, maxBytes) && rate.takes(current)) {
                        rate.awaitNext();
                        return Optional.of(CapturedFrame.of(cut.get().bytes(), clock.instant(), current));
                    }
                }
            }
        }
        return Optional.empty();
    }

    @Override
    public String remark() {
        return cutter.skippedBytes() == 0
                ? ""
                : cutter.skippedBytes() + " bytes between the pictures were skipped";
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
            // Nothing more is read from it.
        }
    }
}
