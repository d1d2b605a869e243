package io.flinkvision.core.camera;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_MJPEG;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_FLAG_KEY;
import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;
import static org.bytedeco.ffmpeg.global.avutil.av_q2d;

import io.flinkvision.core.camera.CapturedFrame.Encoded;
import io.flinkvision.core.camera.CapturedFrame.Picture;
import io.flinkvision.core.camera.ReadingContext.FrameForm;
import java.io.IOException;
import java.time.Clock;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.BooleanSupplier;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/**
 * Reads a video or a camera with FFmpeg. If it delivers JPEG, each packet is a picture and is sent as it came;
 * everything else is decoded, and becomes a JPEG or raw pixels, with square pixels.
 */
final class VideoReader implements FrameReader {

    /** Some cameras never send a key frame, but refresh one part after the other; these are shown from here on. */
    private static final int MAX_PACKETS_BEFORE_KEY = 300;

    private final FrameSource source;
    private final CameraSettings settings;
    private final BooleanSupplier stopped;
    private final Clock clock;
    private final FrameRate rate;
    private final FrameOutput output;
    private final long openedNanos = System.nanoTime();
    private VideoInput input;
    private Optional<VideoDecoder> decoder = Optional.empty();
    private boolean finishing;
    private int packetsBeforeKey;
    private OptionalDouble firstSecond = OptionalDouble.empty();
    private int rotation;
    private long number;
    private volatile double second;
    private volatile OptionalDouble length = OptionalDouble.empty();
    private boolean closed;

    /**
     * Opens the video.
     *
     * @param form of the pictures that are decoded
     * @param stopped polled while FFmpeg waits; true ends the wait
     * @throws IOException if it cannot be reached now
     * @throws CameraException if it cannot be read
     */
    VideoReader(FrameSource source, CameraSettings settings, FrameForm form, BooleanSupplier stopped, Clock clock)
            throws IOException {
        this.source = source;
        this.settings = settings;
        this.stopped = stopped;
        this.clock = clock;
        this.rate = new FrameRate(settings);
        this.output = FrameOutput.of(form, settings);
        try {
            open();
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private void open() throws IOException {
        input = VideoInput.open(source, stopped);
        rotation = input.rotation();
        length = input.seconds();
        rate.restart();
        finishing = false;
        firstSecond = OptionalDouble.empty();
        boolean jpeg = input.stream().codecpar().codec_id() == AV_CODEC_ID_MJPEG;
        if (!jpeg || settings.maxSide().isPresent() || input.pixelAspect() != 1) {
            decoder = Optional.of(new VideoDecoder(input.stream().codecpar(), 1, source));
        }
    }

    @Override
    public Optional<CapturedFrame> next() throws IOException, InterruptedException {
        try {
            while (true) {
                Optional<CapturedFrame> frame = decoder.isPresent() ? nextDecoded(decoder.get()) : nextPacket();
                if (frame.isPresent()) {
                    if (settings.realtime() && !isLive()) {
                        rate.awaitSecond(second);
                    }
                    return frame;
                }
                if (!settings.loop() || isLive() || number == 0) {
                    return Optional.empty();
                }
                closeInput();
                open();
            }
        } catch (IOException e) {
            if (stopped.getAsBoolean()) {
                throw new InterruptedException();
            }
            throw e;
        }
    }

    private Optional<CapturedFrame> nextPacket() throws IOException {
        for (Optional<AVPacket> packet = input.read(); packet.isPresent(); packet = input.read()) {
            if (isTaken(packet.get().pts())) {
                return Optional.of(frame(jpeg(bytes(packet.get()))));
            }
        }
        return Optional.empty();
    }

    private Optional<CapturedFrame> nextDecoded(VideoDecoder videoDecoder) throws IOException {
        byte[] original = new byte[0];
        while (true) {
            for (Optional<AVFrame> picture = videoDecoder.receive(); picture.isPresent();
                    picture = videoDecoder.receive()) {
                if (isTaken(picture.get().best_effort_timestamp())) {
                    return Optional.of(frame(picture(picture.get(), original)));
                }
            }
            if (finishing) {
                return Optional.empty();
            }
            Optional<AVPacket> packet = input.read();
            if (packet.isPresent() && isBeforeKey(packet.get())) {
                packetsBeforeKey++;
            } else if (packet.isPresent()) {
                packetsBeforeKey = MAX_PACKETS_BEFORE_KEY;
                original = isJpeg() ? bytes(packet.get()) : original;
                videoDecoder.send(packet.get());
            } else {
                finishing = true;
                videoDecoder.finish();
            }
        }
    }

    /** Frames that are decoded without their key frame show the changes on grey. */
    private boolean isBeforeKey(AVPacket packet) {
        return isLive() && packetsBeforeKey < MAX_PACKETS_BEFORE_KEY && (packet.flags() & AV_PKT_FLAG_KEY) == 0;
    }

    private boolean isJpeg() {
        return input.stream().codecpar().codec_id() == AV_CODEC_ID_MJPEG;
    }

    /** A JPEG with square pixels that is not to be scaled down is not encoded again. */
    private Picture picture(AVFrame decoded, byte[] original) throws IOException {
        // A JPEG's own density is meant for printers; viewers ignore it.
        double pixelAspect = isJpeg() ? input.pixelAspect() : input.pixelAspect(decoded);
        return original.length > 0 && pixelAspect == 1 && !settings.isTooLarge(decoded.width(), decoded.height())
                ? jpeg(original)
                : output.picture(decoded, pixelAspect, rotation);
    }

    private static Picture jpeg(byte[] bytes) {
        return new Encoded(bytes, CapturedFrame.JPEG);
    }

    private static byte[] bytes(AVPacket packet) {
        byte[] bytes = new byte[packet.size()];
        packet.data().get(bytes);
        return bytes;
    }

    /** Counts a picture, and returns whether it is sent. */
    private boolean isTaken(long timestamp) {
        long current = number++;
        if (isLive() || timestamp == AV_NOPTS_VALUE) {
            second = (System.nanoTime() - openedNanos) / 1e9;
        } else {
            double stamped = timestamp * av_q2d(input.stream().time_base());
            firstSecond = firstSecond.isPresent() ? firstSecond : OptionalDouble.of(stamped);
            second = stamped - firstSecond.getAsDouble();
        }
        return rate.takes(current, second);
    }

    private CapturedFrame frame(Picture picture) {
        return new CapturedFrame(picture, clock.instant(), number - 1, Optional.empty());
    }

    @Override
    public boolean isLive() {
        return input.isLive();
    }

    @Override
    public OptionalDouble progress() {
        return length.isPresent() && !settings.loop()
                ? OptionalDouble.of(Math.max(0, Math.min(1, second / length.getAsDouble())))
                : OptionalDouble.empty();
    }

    private void closeInput() {
        decoder.ifPresent(VideoDecoder::close);
        decoder = Optional.empty();
        if (input != null) {
            input.close();
        }
    }

    /** Idempotent. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            closeInput();
            output.close();
        }
    }
}
