package io.flinkvision.tools.feed;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_MJPEG;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_PNG;
import static org.bytedeco.ffmpeg.global.avcodec.av_new_packet;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_free;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_VIDEO;
import static org.bytedeco.ffmpeg.global.avutil.AV_FRAME_DATA_DISPLAYMATRIX;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_side_data;

import java.io.IOException;
import java.util.Optional;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVFrameSideData;

/**
 * Scales JPEGs and PNGs down to the maximum side. Smaller ones, and those that FFmpeg cannot decode, are returned
 * unchanged. Owns native memory until {@link #close}.
 */
final class PictureScaler implements AutoCloseable {

    private final FrameSource source;
    private final JpegEncoder encoder;

    PictureScaler(CameraSettings settings, FrameSource source) {
        this.source = source;
        this.encoder = new JpegEncoder(settings);
    }

    /** @throws IOException if FFmpeg cannot encode the smaller picture */
    byte[] scaled(byte[] picture) throws IOException {
        AVCodecParameters codec = avcodec_parameters_alloc();
        boolean isJpeg = CapturedFrame.contentType(picture).equals(CapturedFrame.JPEG);
        codec.codec_type(AVMEDIA_TYPE_VIDEO).codec_id(isJpeg ? AV_CODEC_ID_MJPEG : AV_CODEC_ID_PNG);
        AVPacket packet = av_packet_alloc();
        try (VideoDecoder decoder = new VideoDecoder(codec, 1, source)) {
            av_new_packet(packet, picture.length);
            packet.data().put(picture);
            decoder.send(packet);
            decoder.finish();
            Optional<AVFrame> decoded = decoder.receive();
            return decoded.isPresent() && encoder.isTooLarge(decoded.get())
                    ? encoder.encode(decoded.get(), 1, rotation(decoded.get()))
                    : picture;
        } finally {
            av_packet_unref(packet);
            av_packet_free(packet);
            avcodec_parameters_free(codec);
        }
    }

    private static int rotation(AVFrame picture) {
        AVFrameSideData matrix = av_frame_get_side_data(picture, AV_FRAME_DATA_DISPLAYMATRIX);
        return matrix == null || matrix.isNull() ? 0 : VideoInput.clockwise(matrix.data());
    }

    @Override
    public void close() {
        encoder.close();
    }
}
