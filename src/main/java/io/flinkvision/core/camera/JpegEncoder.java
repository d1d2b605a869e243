package io.flinkvision.core.camera;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_FLAG_BITEXACT;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_FLAG_QSCALE;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_MJPEG;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_PNG;
import static org.bytedeco.ffmpeg.global.avcodec.av_new_packet;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_encoder;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_free;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_packet;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_frame;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_RANGE_JPEG;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_VIDEO;
import static org.bytedeco.ffmpeg.global.avutil.AV_FRAME_DATA_DISPLAYMATRIX;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUVJ420P;
import static org.bytedeco.ffmpeg.global.avutil.FF_QP2LAMBDA;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_side_data;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_make_writable;
import static org.bytedeco.ffmpeg.global.swscale.SWS_ACCURATE_RND;
import static org.bytedeco.ffmpeg.global.swscale.SWS_AREA;
import static org.bytedeco.ffmpeg.global.swscale.SWS_CS_ITU601;
import static org.bytedeco.ffmpeg.global.swscale.sws_freeContext;
import static org.bytedeco.ffmpeg.global.swscale.sws_getCoefficients;
import static org.bytedeco.ffmpeg.global.swscale.sws_getContext;
import static org.bytedeco.ffmpeg.global.swscale.sws_scale;
import static org.bytedeco.ffmpeg.global.swscale.sws_setColorspaceDetails;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVFrameSideData;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.javacpp.DoublePointer;

/**
 * Encodes decoded pictures as JPEG with FFmpeg, scaled down to the maximum side, with the colours that JFIF prescribes:
 * ITU-R BT.601, full range. Owns native memory until {@link #close}.
 */
final class JpegEncoder implements AutoCloseable {

    private static final int FIXED_POINT_ONE = 1 << 16;

    /** Of FFmpeg's encoder, in pixels. */
    private static final int MAX_JPEG_SIDE = 65_500;

    private static final int SOI_BYTES = 2;
    private static final int EXIF_SEGMENT_BYTES = 36;
    private static final int ORIENTATION_TAG = 0x0112;
    private static final int EXIF_SHORT = 3;

    private final int quantiserScale;
    private final Optional<Integer> maxSide;
    private Layout layout = Layout.NONE;
    private SwsContext scaler;
    private AVCodecContext encoder;
    private AVFrame scaled;
    private final AVPacket packet = av_packet_alloc();
    private long pictures;
    private boolean closed;

    /** The pictures that the scaler and the encoder are for. */
    private record Layout(int width, int height, double pixelAspect, int pixelFormat, int colourSpace, int range) {

        static final Layout NONE = new Layout(0, 0, 1, 0, 0, 0);

        static Layout of(AVFrame picture, double pixelAspect) {
            return new Layout(picture.width(), picture.height(), pixelAspect, picture.format(),
                    picture.colorspace(), picture.color_range());
        }
    }

    JpegEncoder(CameraSettings settings) {
        this.quantiserScale = quantiserScale(settings.quality());
        this.maxSide = settings.maxSide();
    }

    /**
     * FFmpeg's quantiser scale, from 1 to 31, that is nearest to a quality of the Independent JPEG Group: the latter
     * scales the example table of T.81, annex K, by {@code 50 / quality} or {@code 2 - quality / 50}; FFmpeg scales
     * that of MPEG-1, which is about half as coarse, by an eighth per step.
     */
    static int quantiserScale(int quality) {
        double scale = quality < 50 ? 50.0 / quality : 2 - quality / 50.0;
        return (int) Math.max(1, Math.min(31, Math.round(scale / 0.065)));
    }

    /** Whether a side exceeds the maximum side. */
    boolean isTooLarge(AVFrame picture) {
        return maxSide.filter(side -> Math.max(picture.width(), picture.height()) > side).isPresent();
    }

    /**
     * Encodes a picture with square pixels: the side that is too short for its shape is stretched.
     *
     * @param pixelAspect a pixel's width divided by its height
     * @param clockwise the rotation that turns it upright, which becomes an Exif tag: 0, 90, 180 or 270 degrees
     * @throws IOException if FFmpeg cannot convert or encode it
     */
    byte[] encode(AVFrame picture, double pixelAspect, int clockwise) throws IOException {
        if (!Layout.of(picture, pixelAspect).equals(layout)) {
            prepare(picture, pixelAspect);
        }
        require(av_frame_make_writable(scaled));
        require(sws_scale(scaler, picture.data(), picture.linesize(), 0, picture.height(), scaled.data(),
                scaled.linesize()));
        scaled.pts(pictures++);
        scaled.quality(encoder.global_quality());
        require(avcodec_send_frame(encoder, scaled));
        require(avcodec_receive_packet(encoder, packet));
        byte[] jpeg = new byte[packet.size()];
        packet.data().get(jpeg);
        av_packet_unref(packet);
        return withOrientation(jpeg, clockwise);
    }

    /**
     * Inserts an Exif segment with the orientation (Exif 2.32, tag 0x0112), which is cheaper than turning the pixels.
     *
     * @param jpeg a JPEG without such a segment
     * @param clockwise 0, 90, 180 or 270 degrees
     */
    static byte[] withOrientation(byte[] jpeg, int clockwise) {
        int orientation = switch (clockwise) {
            case 0 -> 1;
            case 90 -> 6;
            case 180 -> 3;
            case 270 -> 8;
            default -> throw new IllegalArgumentException("The rotation must be 0, 90, 180 or 270, not " + clockwise);
        };
        if (orientation == 1) {
            return jpeg;
        }
        ByteBuffer result = ByteBuffer.allocate(jpeg.length + EXIF_SEGMENT_BYTES);
        result.put(jpeg, 0, SOI_BYTES);
        result.putShort((short) 0xffe1).putShort((short) (EXIF_SEGMENT_BYTES - 2));
        result.put("Exif\0\0MM\0*".getBytes(StandardCharsets.ISO_8859_1)).putInt(8);
        result.putShort((short) 1).putShort((short) ORIENTATION_TAG).putShort((short) EXIF_SHORT).putInt(1);
        result.putShort((short) orientation).putShort((short) 0).putInt(0);
        result.put(jpeg, SOI_BYTES, jpeg.length - SOI_BYTES);
        return result.array();
    }

    /**
     * A JPEG or PNG scaled down to the maximum side; unchanged if it is smaller or FFmpeg cannot decode it.
     *
     * @param source for messages
     * @throws IOException if FFmpeg cannot encode the smaller picture
     */
    byte[] scaledDown(byte[] picture, FrameSource source) throws IOException {
        AVCodecParameters codec = avcodec_parameters_alloc();
        boolean isJpeg = CapturedFrame.contentType(picture).equals(CapturedFrame.JPEG);
        codec.codec_type(AVMEDIA_TYPE_VIDEO).codec_id(isJpeg ? AV_CODEC_ID_MJPEG : AV_CODEC_ID_PNG);
        AVPacket original = av_packet_alloc();
        try (VideoDecoder decoder = new VideoDecoder(codec, 1, source)) {
            av_new_packet(original, picture.length);
            original.data().put(picture);
            decoder.send(original);
            decoder.finish();
            Optional<AVFrame> decoded = decoder.receive();
            return decoded.isPresent() && isTooLarge(decoded.get())
                    ? encode(decoded.get(), 1, rotation(decoded.get()))
                    : picture;
        } finally {
            av_packet_unref(original);
            av_packet_free(original);
            avcodec_parameters_free(codec);
        }
    }

    private static int rotation(AVFrame picture) {
        AVFrameSideData matrix = av_frame_get_side_data(picture, AV_FRAME_DATA_DISPLAYMATRIX);
        return matrix == null || matrix.isNull() ? 0 : VideoInput.clockwise(matrix.data());
    }

    private void prepare(AVFrame picture, double pixelAspect) throws IOException {
        release();
        double shownWidth = picture.width() * Math.max(1, pixelAspect);
        double shownHeight = picture.height() * Math.max(1, 1 / pixelAspect);
        double scale = Math.min(1, maxSide.orElse(MAX_JPEG_SIDE) / Math.max(shownWidth, shownHeight));
        int width = (int) Math.max(1, Math.round(shownWidth * scale));
        int height = (int) Math.max(1, Math.round(shownHeight * scale));
        scaler = sws_getContext(picture.width(), picture.height(), picture.format(), width, height,
                AV_PIX_FMT_YUVJ420P, SWS_AREA | SWS_ACCURATE_RND, null, null, (DoublePointer) null);
        if (scaler == null || scaler.isNull()) {
            throw new IOException("FFmpeg cannot convert pictures of the pixel format " + picture.format());
        }
        boolean fullRange = picture.color_range() == AVCOL_RANGE_JPEG;
        sws_setColorspaceDetails(scaler, sws_getCoefficients(picture.colorspace()), fullRange ? 1 : 0,
                sws_getCoefficients(SWS_CS_ITU601), 1, 0, FIXED_POINT_ONE, FIXED_POINT_ONE);
        scaled = av_frame_alloc();
        scaled.width(width).height(height).format(AV_PIX_FMT_YUVJ420P).color_range(AVCOL_RANGE_JPEG);
        require(av_frame_get_buffer(scaled, 0));
        openEncoder(width, height);
        layout = Layout.of(picture, pixelAspect);
    }

    private void openEncoder(int width, int height) throws IOException {
        AVCodec codec = avcodec_find_encoder(AV_CODEC_ID_MJPEG);
        encoder = avcodec_alloc_context3(codec);
        encoder.width(width).height(height).pix_fmt(AV_PIX_FMT_YUVJ420P).color_range(AVCOL_RANGE_JPEG);
        encoder.time_base().num(1).den(1);
        encoder.thread_count(1);
        // BITEXACT omits the comment with FFmpeg's name.
        encoder.flags(encoder.flags() | AV_CODEC_FLAG_QSCALE | AV_CODEC_FLAG_BITEXACT);
        encoder.global_quality(FF_QP2LAMBDA * quantiserScale);
        encoder.qmin(1);
        require(avcodec_open2(encoder, codec, (AVDictionary) null));
    }

    private static void require(int code) throws IOException {
        if (code < 0) {
            throw new IOException("FFmpeg cannot encode a picture: " + FfmpegError.text(code));
        }
    }

    private void release() {
        layout = Layout.NONE;
        if (scaler != null) {
            sws_freeContext(scaler);
            scaler = null;
        }
        if (scaled != null) {
            av_frame_free(scaled);
            scaled = null;
        }
        if (encoder != null) {
            avcodec_free_context(encoder);
            encoder = null;
        }
    }

    /** Idempotent. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            release();
            av_packet_free(packet);
        }
    }
}
