package io.flinkvision.tools.feed;

import io.flinkvision.tools.feed.PictureCutter.Cut;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.util.Optional;

/**
 * Pictures out of standard input, one straight after the other, as programs write them into a pipe. A JPEG without its
 * end marker is delivered as it came; one that is too large, or has no pixels, is left out.
 */
final class JpegStreamReader implements FrameReader {

    private final InputStream in;
    private final PictureCutter cutter;
    private final long largestBytes;
    private final CameraSettings settings;
    private final FrameProblems problems;
    private final Clock clock;
    private final Pace pace;
    private long number;
    private boolean closed;

    /**
     * @param in the stream, which this closes
     * @param largestBytes of a picture; a stream that begins with more bytes of something else is refused
     */
    JpegStreamReader(
            InputStream in, long largestBytes, CameraSettings settings, FrameProblems problems, Clock clock) {
        this.in = in;
        this.cutter = new PictureCutter(in, largestBytes);
        this.largestBytes = largestBytes;
        this.settings = settings;
        this.problems = problems;
        this.clock = clock;
        this.pace = new Pace(settings.fps());
    }

    @Override
    public Optional<Frame> next() throws IOException, InterruptedException {
        for (Optional<Cut> cut = cutter.next(); cut.isPresent(); cut = cutter.next()) {
            if (isPicture(cut.get())) {
                long current = number++;
                if (current % settings.every() == 0) {
                    pace.awaitNext();
                    return Optional.of(Frame.of(cut.get().bytes(), clock.instant(), current));
                }
            }
        }
        return Optional.empty();
    }

    private boolean isPicture(Cut cut) {
        switch (cut.ending()) {
            case WHOLE -> {
                return true;
            }
            case UNMARKED -> {
                problems.unmarked("the picture " + number + " has no end marker");
                return true;
            }
            case FRAGMENT -> problems.leftOut("the picture " + number++ + " ends before its pixels");
            case TOO_LARGE -> problems.leftOut("the picture " + number++ + " has more than " + largestBytes
                    + " bytes; raise max-image-bytes in the job file, or send smaller ones");
            case CUT_OFF -> throw new CameraException("Standard input ended inside of the picture " + number
                    + ", after " + cut.bytes().length + " bytes of it");
            case NO_PICTURE -> {
                if (number == 0) {
                    throw new CameraException("Standard input has no JPEG in its first " + largestBytes
                            + " bytes; feed it JPEG pictures one straight after the other");
                }
            }
        }
        return false;
    }

    @Override
    public String remark() {
        return cutter.skippedBytes() == 0
                ? ""
                : cutter.skippedBytes() + " bytes between the pictures were left out";
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
