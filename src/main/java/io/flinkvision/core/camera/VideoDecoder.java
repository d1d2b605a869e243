package io.flinkvision.core.camera;

import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_decoder;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_flush_buffers;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_get_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_to_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_frame;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_packet;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_INVALIDDATA;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;

import java.io.IOException;
import java.util.Optional;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/**
 * Decodes packets with FFmpeg's libavcodec. Owns native memory until {@link #close}; a picture is valid until the next
 * one is received.
 */
final class VideoDecoder implements AutoCloseable {

    /** Of a picture, twice as many as 8K has: a camera that claims more is broken, or hostile. */
    static final long MAX_PIXELS = 1 << 26;

    private final FrameSource source;
    private final AVCodecContext context;
    private final AVFrame frame = av_frame_alloc();
    private boolean closed;

    /**
     * @param threads more than one delays the pictures
     * @throws IOException if the pictures have too many pixels
     * @throws CameraException if there is no decoder for the codec
     */
    VideoDecoder(AVCodecParameters codec, int threads, FrameSource source) throws IOException {
        this.source = source;
        AVCodec decoder = avcodec_find_decoder(codec.codec_id());
        if (decoder == null || decoder.isNull()) {
            av_frame_free(frame);
            throw new CameraException(source.description() + " is encoded as " + avcodec_get_name(codec.codec_id())
                    .getString() + ", for which this FFmpeg has no decoder");
        }
        if ((long) codec.width() * codec.height() > MAX_PIXELS) {
            av_frame_free(frame);
            throw new IOException(source.description() + " has pictures of " + codec.width() + " x " + codec.height()
                    + " pixels, and at most " + MAX_PIXELS + " are decoded");
        }
        this.context = avcodec_alloc_context3(decoder);
        avcodec_parameters_to_context(context, codec);
        context.thread_count(threads);
        // A video may change its size.
        context.max_pixels(MAX_PIXELS);
        int code = avcodec_open2(context, decoder, (AVDictionary) null);
        if (code < 0) {
            close();
            throw FfmpegError.of(code, source);
        }
    }

    /** Takes a packet, after all pictures of the earlier ones were received. A damaged packet is ignored. */
    void send(AVPacket packet) throws IOException {
        require(avcodec_send_packet(context, packet));
    }

    /**
     * Decodes a packet that refers to no other, and does not wait for later ones as a codec does whose pictures may
     * come in another order.
     *
     * @return its picture; empty if it is damaged
     */
    Optional<AVFrame> decodeAlone(AVPacket packet) throws IOException {
        send(packet);
        finish();
        Optional<AVFrame> picture = receive();
        avcodec_flush_buffers(context);
        return picture;
    }

    /** Flushes the last pictures after the last packet. */
    void finish() throws IOException {
        require(avcodec_send_packet(context, null));
    }

    /** The next picture; empty if another packet is needed first, or after the last picture. */
    Optional<AVFrame> receive() throws IOException {
        int code = avcodec_receive_frame(context, frame);
        if (FfmpegError.isTryAgain(code) || code == AVERROR_EOF) {
            return Optional.empty();
        }
        require(code);
        return code < 0 ? Optional.empty() : Optional.of(frame);
    }

    private void require(int code) throws IOException {
        if (code < 0 && code != AVERROR_INVALIDDATA && code != AVERROR_EOF) {
            throw FfmpegError.of(code, source);
        }
    }

    /** Idempotent. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            av_frame_free(frame);
            avcodec_free_context(context);
        }
    }
}
