package io.flinkvision.core.camera;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_NONE;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_DATA_DISPLAYMATRIX;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_side_data_get;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avformat.av_find_best_stream;
import static org.bytedeco.ffmpeg.global.avformat.av_find_input_format;
import static org.bytedeco.ffmpeg.global.avformat.av_guess_sample_aspect_ratio;
import static org.bytedeco.ffmpeg.global.avformat.av_read_frame;
import static org.bytedeco.ffmpeg.global.avformat.avformat_alloc_context;
import static org.bytedeco.ffmpeg.global.avformat.avformat_close_input;
import static org.bytedeco.ffmpeg.global.avformat.avformat_find_stream_info;
import static org.bytedeco.ffmpeg.global.avformat.avformat_open_input;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EXIT;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_VIDEO;
import static org.bytedeco.ffmpeg.global.avutil.AV_LOG_QUIET;
import static org.bytedeco.ffmpeg.global.avutil.AV_TIME_BASE;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_set;
import static org.bytedeco.ffmpeg.global.avutil.av_display_rotation_get;
import static org.bytedeco.ffmpeg.global.avutil.av_log_set_level;
import static org.bytedeco.ffmpeg.global.avutil.av_max_alloc;

import io.flinkvision.core.camera.FrameSource.NetworkStream;
import io.flinkvision.core.camera.FrameSource.VideoDevice;
import io.flinkvision.core.camera.FrameSource.VideoFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.BooleanSupplier;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avcodec.AVPacketSideData;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVInputFormat;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avdevice;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;

/**
 * The packets of a video's best stream, by FFmpeg's libavformat. Owns native memory until {@link #close}; a packet is
 * valid until the next one is read. JavaCV's {@code FFmpegFrameGrabber} (1.5.14) cannot replace this: it opens sources
 * under a lock of the whole process and without an interrupt callback, so that one silent camera blocks all others, and
 * its messages contain the address with the password.
 */
final class VideoInput implements AutoCloseable {

    /** Pixels that are wider or narrower are found in damaged videos only. */
    private static final double MAX_PIXEL_ASPECT = 8;

    /** After this time without a packet, a camera counts as lost. */
    private static final Duration SILENCE = Duration.ofSeconds(15);

    private static final int EINVAL = -22;

    /** For a single piece of memory, above that of the largest picture: a frame without an end stops here. */
    private static final long MAX_ALLOCATION_BYTES = 4 * VideoDecoder.MAX_PIXELS;

    static {
        av_max_alloc(MAX_ALLOCATION_BYTES);
        // FFmpeg logs addresses with their passwords.
        av_log_set_level(AV_LOG_QUIET);
    }

    private final FrameSource source;
    private final Interruption interruption;
    private final AVFormatContext context = avformat_alloc_context();
    private final AVPacket packet = av_packet_alloc();
    private boolean live;
    private int streamIndex;
    private boolean closed;

    private VideoInput(FrameSource source, BooleanSupplier stopped) {
        this.source = source;
        this.interruption = new Interruption(stopped);
    }

    /**
     * Opens a video.
     *
     * @param source a file, an address or a device
     * @param stopped polled while FFmpeg waits; true makes reading fail
     * @throws IOException if it cannot be reached now
     * @throws CameraException if it cannot be read, or has no video
     */
    static VideoInput open(FrameSource source, BooleanSupplier stopped) throws IOException {
        VideoInput input = new VideoInput(source, stopped);
        try {
            input.open();
            return input;
        } catch (IOException | RuntimeException e) {
            input.close();
            throw e;
        }
    }

    private void open() throws IOException {
        interruption.addTo(context);
        live = !(source instanceof VideoFile);
        restartSilence();
        if (source instanceof VideoDevice device) {
            openDevice(device);
        } else if (source instanceof NetworkStream network && isRtsp()) {
            require(open(network.address().toString(), null, AllowedInput.rtsp()));
        } else if (source instanceof NetworkStream network) {
            requireAllowed(open(network.address().toString(), null, AllowedInput.http()));
        } else {
            // Without the protocol, FFmpeg takes the concat: of concat:a.mp4 for one.
            Path file = ((VideoFile) source).file().toAbsolutePath();
            requireAllowed(open("file:" + file, null, AllowedInput.file()));
        }
        findStream();
        boolean hasEnd = context.duration() > 0 && !isRtsp();
        live = live && !hasEnd;
    }

    private boolean isRtsp() {
        return source instanceof NetworkStream network
                && network.address().getScheme().toLowerCase(Locale.ROOT).startsWith("rtsp");
    }

    private void openDevice(VideoDevice device) throws IOException {
        AVInputFormat format;
        try {
            avdevice.avdevice_register_all();
            format = av_find_input_format("video4linux2");
        } catch (LinkageError e) {
            throw new CameraException("Cameras of this machine need libraries that are missing; on Debian and Ubuntu,"
                    + " install them with: apt-get install libxcb-shm0 libasound2 libpulse0", e);
        }
        require(open(device.device().toAbsolutePath().toString(), format, AllowedInput.device()));
    }

    private int open(String address, AVInputFormat format, Map<String, String> options) {
        AVDictionary dictionary = new AVDictionary(null);
        try {
            options.forEach((key, value) -> av_dict_set(dictionary, key, value, 0));
            return avformat_open_input(context, address, format, dictionary);
        } finally {
            av_dict_free(dictionary);
        }
    }

    /** A live stream that declares its codec is not analysed, which would delay its first frames. */
    private void findStream() throws IOException {
        if (!live || streamOfKnownCodec() < 0) {
            require(avformat_find_stream_info(context, (AVDictionary) null));
        }
        streamIndex = live && streamOfKnownCodec() >= 0
                ? streamOfKnownCodec()
                : av_find_best_stream(context, AVMEDIA_TYPE_VIDEO, -1, -1, (AVCodec) null, 0);
        if (streamIndex < 0) {
            throw new CameraException(source.description() + " has no video in it");
        }
    }

    private int streamOfKnownCodec() {
        for (int i = 0; i < context.nb_streams(); i++) {
            AVCodecParameters codec = context.streams(i).codecpar();
            if (codec.codec_type() == AVMEDIA_TYPE_VIDEO && codec.codec_id() != AV_CODEC_ID_NONE) {
                return i;
            }
        }
        return -1;
    }

    /** FFmpeg reports formats that are not on the allow-list as invalid arguments. */
    private void requireAllowed(int code) throws IOException {
        if (code == EINVAL) {
            throw new IOException(source.description() + " has a format that is not allowed: videos and pictures are,"
                    + " and HLS and DASH by http, but no other lists of files or addresses");
        }
        require(code);
    }

    private void require(int code) throws IOException {
        if (code < 0) {
            // Some of FFmpeg's protocols report an interruption as invalid data.
            throw FfmpegError.of(interruption.isDue() ? AVERROR_EXIT : code, source);
        }
    }

    private void restartSilence() {
        if (live) {
            interruption.restart(SILENCE);
        } else {
            interruption.clear();
        }
    }

    /** Whether the stream continues without its reader, and has no known end. */
    boolean isLive() {
        return live;
    }

    AVStream stream() {
        return context.streams(streamIndex);
    }

    /**
     * Waits for the next packet of the video; empty at its end.
     *
     * @throws IOException if the source was lost
     */
    Optional<AVPacket> read() throws IOException {
        restartSilence();
        while (true) {
            av_packet_unref(packet);
            int code = av_read_frame(context, packet);
            if (code == AVERROR_EOF) {
                return Optional.empty();
            }
            require(code);
            if (packet.stream_index() == streamIndex) {
                return Optional.of(packet);
            }
        }
    }

    /** The duration; empty if it is unknown. */
    OptionalDouble seconds() {
        return context.duration() > 0
                ? OptionalDouble.of(context.duration() / (double) AV_TIME_BASE)
                : OptionalDouble.empty();
    }

    /** The clockwise rotation that turns the pictures upright: 0, 90, 180 or 270 degrees. */
    int rotation() {
        AVCodecParameters codec = stream().codecpar();
        AVPacketSideData matrix =
                av_packet_side_data_get(codec.coded_side_data(), codec.nb_coded_side_data(), AV_PKT_DATA_DISPLAYMATRIX);
        return matrix == null || matrix.isNull() ? 0 : clockwise(matrix.data());
    }

    /** The same of a display matrix. */
    static int clockwise(BytePointer matrix) {
        // FFmpeg's angle is counter-clockwise.
        double clockwise = -av_display_rotation_get(new IntPointer(matrix));
        return Double.isNaN(clockwise) ? 0 : Math.floorMod((int) Math.round(clockwise / 90) * 90, 360);
    }

    /** A pixel's width divided by its height, from the container; 1 if it has none. */
    double pixelAspect() {
        return ratio(stream().sample_aspect_ratio());
    }

    /** The same of one picture, from the container or the codec. */
    double pixelAspect(AVFrame picture) {
        return ratio(av_guess_sample_aspect_ratio(context, stream(), picture));
    }

    private static double ratio(AVRational aspect) {
        double ratio = aspect.num() <= 0 || aspect.den() <= 0 ? 1 : aspect.num() / (double) aspect.den();
        return ratio > MAX_PIXEL_ASPECT || ratio < 1 / MAX_PIXEL_ASPECT ? 1 : ratio;
    }

    /** Idempotent. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        av_packet_free(packet);
        // A failed avformat_open_input has freed the context and set it to null.
        if (!context.isNull()) {
            avformat_close_input(context);
        }
        interruption.close();
    }
}
