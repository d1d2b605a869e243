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
import java.util.Locale;
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

    /** A live camera that none of these made a picture of sends something else than video. */
    private static final int MAX_UNDECODED_PACKETS = 250;
    private static final int MAX_UNDECODED_KEYS = 10;

    /** Longer than the distance between the key frames of most cameras. */
    private static final double SECONDS_WITHOUT_KEY = 30;

    private final FrameSource source;
    private final CameraSettings settings;
    private final BooleanSupplier stopped;
    private final Problems problems;
    private final Clock clock;
    private final FrameRate rate;
    private final FrameOutput output;
    private final Optional<ChangeFilter> changes;
    private final long openedNanos = System.nanoTime();
    private VideoInput input;
    private Optional<VideoDecoder> decoder = Optional.empty();
    private boolean finishing;
    private int packetsBeforeKey;
    private int undecodedPackets;
    private long keyFrames;
    private double lastKeySecond;
    private boolean saidThatKeysAreMissing;
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
    VideoReader(FrameSource source, CameraSettings settings, FrameForm form, BooleanSupplier stopped,
            Problems problems, Clock clock) throws IOException {
        this.source = source;
        this.settings = settings;
        this.stopped = stopped;
        this.problems = problems;
        this.clock = clock;
        this.rate = new FrameRate(settings);
        this.output = FrameOutput.of(form, settings);
        this.changes = settings.onlyChanges().map(ChangeFilter::new);
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
                Optional<CapturedFrame> frame = nextFrame();
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

    private Optional<CapturedFrame> nextFrame() throws IOException, InterruptedException {
        if (decoder.isEmpty()) {
            return nextPacket();
        }
        return settings.keyframes() && !isJpeg() ? nextKeyFrame(decoder.get()) : nextDecoded(decoder.get());
    }

    private Optional<CapturedFrame> nextPacket() throws IOException {
        for (Optional<AVPacket> packet = input.read(); packet.isPresent(); packet = input.read()) {
            if (isTaken(packet.get().pts())) {
                return Optional.of(frame(jpeg(bytes(packet.get()))));
            }
        }
        return Optional.empty();
    }

    private Optional<CapturedFrame> nextDecoded(VideoDecoder videoDecoder) throws IOException, InterruptedException {
        byte[] original = new byte[0];
        while (true) {
            for (Optional<AVFrame> picture = videoDecoder.receive(); picture.isPresent();
                    picture = videoDecoder.receive()) {
                undecodedPackets = 0;
                if (isTaken(picture.get().best_effort_timestamp()) && hasChanged(picture.get())) {
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
                countUndecoded(MAX_UNDECODED_PACKETS);
                videoDecoder.send(packet.get());
            } else {
                finishing = true;
                videoDecoder.finish();
            }
        }
    }

    /** Each packet is a frame; those that are not decoded have their numbers, too. */
    private Optional<CapturedFrame> nextKeyFrame(VideoDecoder videoDecoder) throws IOException, InterruptedException {
        for (Optional<AVPacket> packet = input.read(); packet.isPresent(); packet = input.read()) {
            number++;
            updateSecond(packet.get().pts());
            if (!isKey(packet.get())) {
                warnOfMissingKeys();
                continue;
            }
            lastKeySecond = second;
            if (!rate.takes(keyFrames++, second)) {
                continue;
            }
            countUndecoded(MAX_UNDECODED_KEYS);
            Optional<AVFrame> picture = videoDecoder.decodeAlone(packet.get());
            if (picture.isPresent()) {
                undecodedPackets = 0;
                if (hasChanged(picture.get())) {
                    return Optional.of(frame(picture(picture.get(), new byte[0])));
                }
            }
        }
        return Optional.empty();
    }

    private void warnOfMissingKeys() {
        if (second - lastKeySecond > SECONDS_WITHOUT_KEY && !saidThatKeysAreMissing) {
            saidThatKeysAreMissing = true;
            problems.warned(String.format(Locale.ROOT, "no key frame for %.0f seconds, and keyframes: true sends no"
                    + " others; shorten the camera's interval of key frames (GOP), or leave keyframes out",
                    SECONDS_WITHOUT_KEY));
        }
    }

    private void countUndecoded(int max) throws IOException {
        if (isLive() && ++undecodedPackets > max) {
            throw new IOException(source.description() + " sent " + max + " packets without a picture that FFmpeg can"
                    + " decode");
        }
    }

    private boolean hasChanged(AVFrame picture) throws IOException, InterruptedException {
        if (changes.isEmpty() || changes.get().passes(picture, second)) {
            return true;
        }
        problems.unchanged();
        if (stopped.getAsBoolean()) {
            throw new InterruptedException();
        }
        return false;
    }

    /** Frames that are decoded without their key frame show the changes on grey. */
    private boolean isBeforeKey(AVPacket packet) {
        return isLive() && packetsBeforeKey < MAX_PACKETS_BEFORE_KEY && !isKey(packet);
    }

    private static boolean isKey(AVPacket packet) {
        return (packet.flags() & AV_PKT_FLAG_KEY) != 0;
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
        updateSecond(timestamp);
        return rate.takes(current, second);
    }

    private void updateSecond(long timestamp) {
        if (isLive() || timestamp == AV_NOPTS_VALUE) {
            second = (System.nanoTime() - openedNanos) / 1e9;
        } else {
            double stamped = timestamp * av_q2d(input.stream().time_base());
            firstSecond = firstSecond.isPresent() ? firstSecond : OptionalDouble.of(stamped);
            second = stamped - firstSecond.getAsDouble();
        }
    }

    private CapturedFrame frame(Picture picture) {
        return new CapturedFrame(picture, clock.instant(), number - 1, Optional.empty());
    }

    @Override
    public boolean isLive() {
        return input.isLive();
    }

    /** JPEGs that were not decoded are compared afterwards. */
    @Override
    public boolean comparesPictures() {
        return decoder.isPresent();
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
            changes.ifPresent(ChangeFilter::close);
        }
    }
}
