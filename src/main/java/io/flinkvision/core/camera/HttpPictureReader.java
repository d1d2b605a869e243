package io.flinkvision.core.camera;

import io.flinkvision.core.camera.FrameSource.NetworkStream;
import io.flinkvision.core.camera.PictureCutter.Cut;
import io.flinkvision.core.camera.PictureCutter.Ending;
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
 * Reads a camera that sends JPEGs or PNGs by HTTP: in the parts of a multipart response, whatever their headers and
 * delimiters are, concatenated, or one per request, which is then repeated. Each picture is cut out of the response by
 * its own start and end, and is sent as it came unless it is to be scaled down.
 */
final class HttpPictureReader implements FrameReader {

    /** For a camera that sends one picture per request, unless the settings have a rate. */
    private static final double DEFAULT_REQUESTS_PER_SECOND = 2;

    private static final int MIN_SNIFFED_BYTES = 16;
    private static final int MAX_SNIFFED_BYTES = 512;
    private static final List<String> PICTURE_TYPES =
            List.of("image/jpeg", "image/jpg", "image/pjpeg", "image/png", "video/x-motion-jpeg", "video/x-jpeg",
                    "video/mjpeg", "video/x-mjpeg");
    private static final List<String> WEB_PAGE_STARTS = List.of("<!doctype html", "<html", "<head", "<body", "<script");

    private final NetworkStream source;
    private final long maxBytes;
    private final Problems problems;
    private final Clock clock;
    private final FrameRate rate;
    private final FrameRate requests;
    private final Optional<JpegEncoder> scaler;
    private final long openedNanos = System.nanoTime();
    private HttpConnection connection;
    private PictureCutter cutter;
    private int picturesInResponse;
    private boolean isOnePerRequest;
    private long number;
    private boolean closed;

    private HttpPictureReader(HttpConnection connection, PictureCutter cutter, long maxBytes,
            CameraSettings settings, Problems problems, Clock clock) {
        this.source = connection.source();
        this.connection = connection;
        this.cutter = cutter;
        this.maxBytes = maxBytes;
        this.problems = problems;
        this.clock = clock;
        this.rate = new FrameRate(settings);
        this.requests = new FrameRate(settings.withDefaultFps(DEFAULT_REQUESTS_PER_SECOND));
        this.scaler = settings.maxSide().map(side -> new JpegEncoder(settings));
    }

    /**
     * Requests the pictures of a camera.
     *
     * @param maxBytes of a picture; larger ones are skipped
     * @return the reader; empty if the response is something else, which FFmpeg may know
     * @throws IOException if the camera cannot be reached now, or responds with a web page or with nothing
     * @throws CameraException if it rejects the user or the password
     */
    static Optional<FrameReader> open(NetworkStream source, long maxBytes, CameraSettings settings,
            Problems problems, Clock clock) throws IOException, InterruptedException {
        HttpConnection connection;
        try {
            connection = HttpConnection.open(source);
        } catch (ProtocolException e) {
            return Optional.empty();
        }
        Optional<FrameReader> reader = Optional.empty();
        try {
            Optional<PictureCutter> cutter = cutter(connection, maxBytes);
            if (cutter.isPresent()) {
                reader = Optional.of(new HttpPictureReader(
                        connection, cutter.get(), maxBytes, settings, problems, clock));
            }
        } finally {
            if (reader.isEmpty()) {
                connection.close();
            }
        }
        return reader;
    }

    /** Cuts the pictures out of the response; empty if there are none. */
    private static Optional<PictureCutter> cutter(HttpConnection connection, long maxBytes)
            throws IOException, InterruptedException {
        BufferedInputStream in = new BufferedInputStream(connection.body());
        String type = connection.mediaType();
        String name = connection.source().description();
        if (!type.startsWith("multipart/") && !PICTURE_TYPES.contains(type)) {
            byte[] start = start(in, name);
            String text = new String(start, StandardCharsets.ISO_8859_1).stripLeading().toLowerCase(Locale.ROOT);
            boolean isPicture = List.of("image/jpeg", "image/png").contains(CapturedFrame.contentType(start))
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
        return Optional.of(new PictureCutter(in, maxBytes));
    }

    /** The first bytes of the response, which remain to be read. */
    private static byte[] start(BufferedInputStream in, String name) throws IOException, InterruptedException {
        in.mark(MAX_SNIFFED_BYTES);
        try {
            byte[] start = in.readNBytes(MIN_SNIFFED_BYTES);
            in.reset();
            in.mark(MAX_SNIFFED_BYTES);
            // Only what has arrived: a camera may send nothing more before the next picture.
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
    public Optional<CapturedFrame> next() throws IOException, InterruptedException {
        while (true) {
            Optional<Cut> cut = cut();
            if (cut.isPresent()) {
                Optional<CapturedFrame> frame = frame(cut.get());
                if (frame.isPresent()) {
                    return frame;
                }
            } else if (picturesInResponse == 1 && !connection.mediaType().startsWith("multipart/")) {
                requestNext();
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

    private Optional<CapturedFrame> frame(Cut cut) throws IOException {
        if (cut.ending() == Ending.NO_PICTURE) {
            throw new IOException(
                    source.description() + " sent " + maxBytes + " bytes without a JPEG or PNG among them");
        }
        if (cut.ending() == Ending.CUT_OFF && number == 0) {
            throw new IOException(source.description() + " ended its answer inside the first picture");
        }
        long current = number++;
        if (!problems.accept(cut, current, maxBytes)) {
            return Optional.empty();
        }
        picturesInResponse++;
        double second = (System.nanoTime() - openedNanos) / 1e9;
        if (!(isOnePerRequest ? rate.takes(current) : rate.takes(current, second))) {
            return Optional.empty();
        }
        byte[] picture = scaler.isPresent() ? scaler.get().scaledDown(cut.bytes(), source) : cut.bytes();
        return Optional.of(CapturedFrame.of(picture, clock.instant(), current));
    }

    /** Requests the next picture when it is due. */
    private void requestNext() throws IOException, InterruptedException {
        connection.close();
        if (!isOnePerRequest) {
            isOnePerRequest = true;
            requests.awaitNext();
        }
        requests.awaitNext();
        connection = HttpConnection.open(source);
        picturesInResponse = 0;
        cutter = cutter(connection, maxBytes).orElseThrow(() ->
                new IOException(source.description() + " answers with something that is no picture any more"));
    }

    @Override
    public boolean isLive() {
        return true;
    }

    /** Idempotent. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            connection.close();
            scaler.ifPresent(JpegEncoder::close);
        }
    }
}
