package io.flinkvision.tools.feed;

import io.flinkvision.tools.feed.PictureCutter.Cut;
import io.flinkvision.tools.feed.Source.NetworkStream;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Reads a camera that sends JPEGs or PNGs by HTTP: as MJPEG, in parts of a multipart answer whatever their headers and
 * delimiters are, one straight after the other, or one for each request, which is then asked for again and again. Each
 * picture is cut out of the answer by its own beginning and end, and goes as it is unless it is to be scaled down.
 */
final class HttpPictureReader implements FrameReader {

    /** How often a camera is asked that sends one picture for each request, unless the settings name a rate. */
    private static final double DEFAULT_REQUESTS_PER_SECOND = 2;

    private static final int MIN_SNIFFED_BYTES = 16;
    private static final int MAX_SNIFFED_BYTES = 512;
    private static final List<String> PICTURE_TYPES =
            List.of("image/jpeg", "image/jpg", "image/pjpeg", "image/png", "video/x-motion-jpeg", "video/x-jpeg",
                    "video/mjpeg", "video/x-mjpeg");
    private static final List<String> WEB_PAGE_STARTS = List.of("<!doctype html", "<html", "<head", "<body", "<script");

    private final NetworkStream source;
    private final long largestBytes;
    private final CameraSettings settings;
    private final FrameProblems problems;
    private final Clock clock;
    private final FrameSelection selection;
    private final Pace requests;
    private final Optional<PictureScaler> scaler;
    private final long openedNanos = System.nanoTime();
    private HttpConnection connection;
    private PictureCutter cutter;
    private int picturesOfAnswer;
    private boolean asksForEach;
    private long number;
    private boolean closed;

    private HttpPictureReader(HttpConnection connection, PictureCutter cutter, long largestBytes,
            CameraSettings settings, FrameProblems problems, Clock clock) {
        this.source = connection.source();
        this.connection = connection;
        this.cutter = cutter;
        this.largestBytes = largestBytes;
        this.settings = settings;
        this.problems = problems;
        this.clock = clock;
        this.selection = new FrameSelection(settings);
        this.requests = new Pace(Optional.of(settings.fps().orElse(DEFAULT_REQUESTS_PER_SECOND)));
        this.scaler = settings.maxSide().map(side -> new PictureScaler(settings, source));
    }

    /**
     * Asks a camera for its pictures.
     *
     * @param largestBytes of a picture; larger ones are left out
     * @return the reader; empty if the answer is something else, which FFmpeg may know
     * @throws IOException if the camera cannot be reached now, or answers with a web page or with nothing
     * @throws CameraException if it refuses the user or the password
     */
    static Optional<FrameReader> open(NetworkStream source, long largestBytes, CameraSettings settings,
            FrameProblems problems, Clock clock) throws IOException, InterruptedException {
        HttpConnection connection;
        try {
            connection = HttpConnection.open(source);
        } catch (ProtocolException e) {
            return Optional.empty();
        }
        Optional<FrameReader> reader = Optional.empty();
        try {
            Optional<PictureCutter> cutter = cutter(connection, largestBytes);
            if (cutter.isPresent()) {
                reader = Optional.of(new HttpPictureReader(
                        connection, cutter.get(), largestBytes, settings, problems, clock));
            }
        } finally {
            if (reader.isEmpty()) {
                connection.close();
            }
        }
        return reader;
    }

    /** Of what the answer holds, if it holds pictures. */
    private static Optional<PictureCutter> cutter(HttpConnection connection, long largestBytes)
            throws IOException, InterruptedException {
        BufferedInputStream in = new BufferedInputStream(connection.body());
        String type = connection.mediaType();
        String name = connection.source().description();
        if (!type.startsWith("multipart/") && !PICTURE_TYPES.contains(type)) {
            byte[] start = start(in, name);
            String text = new String(start, StandardCharsets.ISO_8859_1).stripLeading().toLowerCase(Locale.ROOT);
            boolean isPicture = List.of("image/jpeg", "image/png").contains(Frame.contentType(start))
                    || text.startsWith("--") || text.contains("content-type: image/");
            if (start.length == 0) {
                throw new IOException(name + " answers with nothing: is a login needed?");
            }
            if (!isPicture && (type.equals("text/html") || WEB_PAGE_STARTS.stream().anyMatch(text::startsWith))) {
                throw new IOException(name + " answers with a web page: is a login needed?");
            }
            if (!isPicture) {
                return Optional.empty();
            }
        }
        return Optional.of(new PictureCutter(in, largestBytes));
    }

    /** The first bytes of the answer, which are read again later. */
    private static byte[] start(BufferedInputStream in, String name) throws IOException, InterruptedException {
        in.mark(MAX_SNIFFED_BYTES);
        try {
            byte[] start = in.readNBytes(MIN_SNIFFED_BYTES);
            in.reset();
            in.mark(MAX_SNIFFED_BYTES);
            // Of the rest what has come: a camera may send no more before the next picture.
            start = in.readNBytes(Math.max(start.length, Math.min(MAX_SNIFFED_BYTES, in.available())));
            in.reset();
            return start;
        } catch (InterruptedIOException e) {
            throw new InterruptedException();
        } catch (IOException e) {
            throw new IOException(name + ": " + e.getMessage(), e);
        }
    }

    @Override
    public Optional<Frame> next() throws IOException, InterruptedException {
        while (true) {
            Optional<Cut> cut = cut();
            if (cut.isPresent()) {
                Optional<Frame> frame = frame(cut.get());
                if (frame.isPresent()) {
                    return frame;
                }
            } else if (picturesOfAnswer == 1 && !connection.mediaType().startsWith("multipart/")) {
                askAgain();
            } else if (number == 0) {
                throw new IOException(source.description() + " answers without a picture: is a login needed?");
            } else {
                return Optional.empty();
            }
        }
    }

    private Optional<Cut> cut() throws IOException, InterruptedException {
        try {
            return cutter.next();
        } catch (InterruptedIOException e) {
            throw new InterruptedException();
        } catch (IOException e) {
            throw new IOException(source.description() + ": " + e.getMessage(), e);
        }
    }

    private Optional<Frame> frame(Cut cut) throws IOException {
        switch (cut.ending()) {
            case WHOLE -> {}
            case UNMARKED -> problems.unmarked("frame " + number + " has no end marker");
            case FRAGMENT -> {
                problems.leftOut("frame " + number++ + " ends before its pixels");
                return Optional.empty();
            }
            case TOO_LARGE -> {
                problems.leftOut("frame " + number++ + " has more than the limit of " + largestBytes + " bytes");
                return Optional.empty();
            }
            case CUT_OFF -> {
                if (number == 0) {
                    throw new IOException(source.description() + " ended its answer inside of the first picture");
                }
                return Optional.empty();
            }
            case NO_PICTURE -> throw new IOException(
                    source.description() + " sent " + largestBytes + " bytes without a JPEG or PNG among them");
        }
        picturesOfAnswer++;
        long current = number++;
        double second = (System.nanoTime() - openedNanos) / 1e9;
        if (asksForEach ? current % settings.every() != 0 : !selection.takes(current, second)) {
            return Optional.empty();
        }
        byte[] picture = scaler.isPresent() ? scaler.get().scaled(cut.bytes()) : cut.bytes();
        return Optional.of(Frame.of(picture, clock.instant(), current));
    }

    /** Asks for the next picture when it is due. */
    private void askAgain() throws IOException, InterruptedException {
        connection.close();
        if (!asksForEach) {
            asksForEach = true;
            requests.awaitNext();
        }
        requests.awaitNext();
        connection = HttpConnection.open(source);
        picturesOfAnswer = 0;
        cutter = cutter(connection, largestBytes).orElseThrow(() ->
                new IOException(source.description() + " answers with something that is no picture any more"));
    }

    @Override
    public boolean isLive() {
        return true;
    }

    /** Gives the connection up and frees the memory; a second call does nothing. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            connection.close();
            scaler.ifPresent(PictureScaler::close);
        }
    }
}
