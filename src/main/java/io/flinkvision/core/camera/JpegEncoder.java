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
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_side_data;

import io.flinkvision.core.camera.CapturedFrame.Encoded;
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

/**
 * Encodes decoded pictures as JPEG with FFmpeg, scaled down to the maximum side, with the colours that JFIF prescribes:
 * ITU-R BT.601, full range. Owns native memory until {@link #close}.
 */
final class JpegEncoder implements FrameOutput {

    /** Of FFmpeg's encoder, in pixels. */
    private static final int MAX_JPEG_SIDE = 65_500;

    private static final int SOI_BYTES = 2;
    private static final int EXIF_SEGMENT_BYTES = 36;
    private static final int ORIENTATION_TAG = 0x0112;
    private static final int EXIF_SHORT = 3;

    private final int quantiserScale;
    private final CameraSettings settings;
    private final PictureScaler scaler;
    private AVCodecContext encoder;
    private final AVPacket packet = av_packet_alloc();
    private long pictures;
    private boolean closed;

    JpegEncoder(CameraSettings settings) {
        this.quantiserScale = quantiserScale(settings.quality());
        this.settings = settings;
        this.scaler = new PictureScaler(AV_PIX_FMT_YUVJ420P, settings.maxSide().orElse(MAX_JPEG_SIDE),
                PictureScaler.Accuracy.EXACT);
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

    /** A rotation becomes an Exif tag, which is cheaper than turning the pixels. */
    @Override
    public Encoded picture(AVFrame decoded, double pixelAspect, int clockwise) throws IOException {
        return new Encoded(encode(decoded, pixelAspect, clockwise), CapturedFrame.JPEG);
    }

    private byte[] encode(AVFrame picture, double pixelAspect, int clockwise) throws IOException {
        AVFrame scaled = scaler.scale(picture, pixelAspect);
        if (encoder == null || encoder.width() != scaled.width() || encoder.height() != scaled.height()) {
            releaseEncoder();
            openEncoder(scaled.width(), scaled.height());
        }
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
     * Inserts an Exif segment with the orientation (Exif 2.32, tag 0x0112).
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
            return decoded.isPresent() && settings.isTooLarge(decoded.get().width(), decoded.get().height())
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

    private void releaseEncoder() {
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
            releaseEncoder();
            scaler.close();
            av_packet_free(packet);
        }
    }
}
