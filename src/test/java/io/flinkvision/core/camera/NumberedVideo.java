package io.flinkvision.core.camera;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_FLAG_GLOBAL_HEADER;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_rescale_ts;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_encoder_by_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_from_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_packet;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_frame;
import static org.bytedeco.ffmpeg.global.avformat.AVIO_FLAG_WRITE;
import static org.bytedeco.ffmpeg.global.avformat.av_interleaved_write_frame;
import static org.bytedeco.ffmpeg.global.avformat.av_write_trailer;
import static org.bytedeco.ffmpeg.global.avformat.avformat_alloc_output_context2;
import static org.bytedeco.ffmpeg.global.avformat.avformat_free_context;
import static org.bytedeco.ffmpeg.global.avformat.avformat_new_stream;
import static org.bytedeco.ffmpeg.global.avformat.avformat_write_header;
import static org.bytedeco.ffmpeg.global.avformat.avio_closep;
import static org.bytedeco.ffmpeg.global.avformat.avio_open;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV420P;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUVJ420P;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_make_writable;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;
import javax.imageio.ImageIO;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/**
 * A video, encoded by FFmpeg, whose pictures show their numbers as black and white blocks, which survive compression:
 * 160 by 64 pixels, 25 pictures per second, a block of 16 pixels for each of ten bits.
 */
public final class NumberedVideo {

    static final int WIDTH = 160;
    static final int HEIGHT = 64;
    private static final int BITS = 10;
    private static final int BLOCK = 16;
    static final int KEY_INTERVAL = 10;

    private NumberedVideo() {}

    /**
     * Encoded pictures.
     *
     * @param header of the codec, which a decoder needs first
     * @param packets one picture each
     */
    public record Encoded(byte[] header, List<byte[]> packets) {}

    /** Encodes pictures without a container. */
    public static Encoded encode(String encoder, int pictures) {
        List<byte[]> packets = new ArrayList<>();
        AVCodecContext context = open(encoder, 0, 1, 1, KEY_INTERVAL);
        byte[] header = new byte[context.extradata_size()];
        if (header.length > 0) {
            context.extradata().get(header);
        }
        encode(context, pictures, number -> number, packet -> {
            byte[] bytes = new byte[packet.size()];
            packet.data().get(bytes);
            packets.add(bytes);
        });
        avcodec_free_context(context);
        return new Encoded(header, packets);
    }

    /** Writes a file in the format of its extension. */
    public static void write(Path file, String encoder, int pictures) {
        write(file, encoder, pictures, 1, 1);
    }

    /** The same with pixels of this aspect ratio. */
    public static void write(Path file, String encoder, int pictures, int pixelWidth, int pixelHeight) {
        // With pictures that refer to later ones, a decoder outputs the last ones only at the end.
        write(file, open(encoder, encoder.equals("mpeg4") ? 2 : 0, pixelWidth, pixelHeight, KEY_INTERVAL), pictures,
                number -> number);
    }

    /**
     * The same with square pixels.
     *
     * @param keyInterval pictures from a key frame to the next
     * @param shown the number that a picture shows
     */
    static void write(Path file, String encoder, int pictures, int keyInterval, IntUnaryOperator shown) {
        write(file, open(encoder, 0, 1, 1, keyInterval), pictures, shown);
    }

    private static void write(Path file, AVCodecContext context, int pictures, IntUnaryOperator shown) {
        AVFormatContext output = new AVFormatContext(null);
        require(avformat_alloc_output_context2(output, null, null, file.toString()));
        AVStream stream = avformat_new_stream(output, null);
        stream.sample_aspect_ratio().num(context.sample_aspect_ratio().num())
                .den(context.sample_aspect_ratio().den());
        require(avcodec_parameters_from_context(stream.codecpar(), context));
        stream.time_base(context.time_base());
        AVIOContext io = new AVIOContext(null);
        require(avio_open(io, file.toString(), AVIO_FLAG_WRITE));
        output.pb(io);
        require(avformat_write_header(output, (AVDictionary) null));
        encode(context, pictures, shown, packet -> {
            av_packet_rescale_ts(packet, context.time_base(), stream.time_base());
            packet.stream_index(0);
            require(av_interleaved_write_frame(output, packet));
        });
        require(av_write_trailer(output));
        avio_closep(io);
        avcodec_free_context(context);
        avformat_free_context(output);
    }

    private static AVCodecContext open(
            String name, int bidirectional, int pixelWidth, int pixelHeight, int keyInterval) {
        AVCodec codec = avcodec_find_encoder_by_name(name);
        AVCodecContext context = avcodec_alloc_context3(codec);
        context.width(WIDTH).height(HEIGHT).bit_rate(1_000_000).gop_size(keyInterval)
                .thread_count(1).max_b_frames(bidirectional);
        context.pix_fmt(name.equals("mjpeg") ? AV_PIX_FMT_YUVJ420P : AV_PIX_FMT_YUV420P);
        context.sample_aspect_ratio().num(pixelWidth).den(pixelHeight);
        context.time_base().num(1).den(25);
        context.framerate().num(25).den(1);
        context.flags(context.flags() | AV_CODEC_FLAG_GLOBAL_HEADER);
        require(avcodec_open2(context, codec, (AVDictionary) null));
        return context;
    }

    private static void encode(
            AVCodecContext context, int pictures, IntUnaryOperator shown, Consumer<AVPacket> target) {
        AVFrame picture = av_frame_alloc();
        picture.width(WIDTH).height(HEIGHT).format(context.pix_fmt());
        require(av_frame_get_buffer(picture, 0));
        AVPacket packet = av_packet_alloc();
        for (int number = 0; number <= pictures; number++) {
            if (number < pictures) {
                require(av_frame_make_writable(picture));
                draw(picture, shown.applyAsInt(number));
                picture.pts(number);
                require(avcodec_send_frame(context, picture));
            } else {
                require(avcodec_send_frame(context, null));
            }
            while (avcodec_receive_packet(context, packet) == 0) {
                packet.duration(Math.max(1, packet.duration()));
                target.accept(packet);
                av_packet_unref(packet);
            }
        }
        av_packet_free(packet);
        av_frame_free(picture);
    }

    private static void draw(AVFrame picture, int number) {
        byte[] row = new byte[WIDTH];
        for (int x = 0; x < WIDTH; x++) {
            row[x] = (byte) ((number >> x / BLOCK & 1) == 1 ? 235 : 16);
        }
        for (int y = 0; y < HEIGHT; y++) {
            picture.data(0).position((long) y * picture.linesize(0)).put(row);
        }
        byte[] grey = new byte[WIDTH / 2];
        Arrays.fill(grey, (byte) 128);
        for (int plane = 1; plane <= 2; plane++) {
            for (int y = 0; y < HEIGHT / 2; y++) {
                picture.data(plane).position((long) y * picture.linesize(plane)).put(grey);
            }
        }
    }

    /** The number that a picture shows. */
    public static int number(byte[] jpeg) {
        try {
            BufferedImage image = ImageIO.read(new ByteArrayInputStream(jpeg));
            int number = 0;
            for (int bit = 0; bit < BITS; bit++) {
                int x = (2 * bit + 1) * image.getWidth() / (2 * BITS);
                number |= (image.getRGB(x, image.getHeight() / 2) >> 8 & 0xff) > 127 ? 1 << bit : 0;
            }
            return number;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void require(int code) {
        assertThat(code).as(FfmpegError.text(Math.min(0, code))).isNotNegative();
    }
}
