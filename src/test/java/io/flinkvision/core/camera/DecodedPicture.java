package io.flinkvision.core.camera;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;

import java.util.function.IntBinaryOperator;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/** A picture as a decoder delivers it, drawn by a test. */
final class DecodedPicture implements AutoCloseable {

    final AVFrame frame = av_frame_alloc();

    /** @param format one of FFmpeg's {@code AV_PIX_FMT} */
    DecodedPicture(int width, int height, int format) {
        frame.width(width).height(height).format(format);
        assertThat(av_frame_get_buffer(frame, 0)).isNotNegative();
    }

    /** @param levels bytes of a plane by column and row */
    DecodedPicture fill(int plane, int width, int height, IntBinaryOperator levels) {
        byte[] row = new byte[width];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                row[x] = (byte) levels.applyAsInt(x, y);
            }
            frame.data(plane).position((long) y * frame.linesize(plane)).put(row);
        }
        return this;
    }

    @Override
    public void close() {
        av_frame_free(frame);
    }
}
