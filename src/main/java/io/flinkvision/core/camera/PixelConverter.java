package io.flinkvision.core.camera;

import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_BGR24;

import io.flinkvision.core.camera.CapturedFrame.Pixels;
import io.flinkvision.core.image.RawFormat;
import io.flinkvision.core.image.RawPicture;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/**
 * Makes raw pixels of decoded pictures, for a network in the same process: upright {@code bgr24} of the full range. Of
 * each picture only its bytes are allocated. Owns native memory until {@link #close}.
 */
final class PixelConverter implements FrameOutput {

    private static final RawFormat FORMAT = RawFormat.BGR24;
    private static final int CHANNELS = 3;

    private final PictureScaler scaler;
    private byte[] lying = new byte[0];

    PixelConverter(CameraSettings settings) {
        this.scaler = new PictureScaler(AV_PIX_FMT_BGR24, settings.maxSide().orElse(Integer.MAX_VALUE),
                PictureScaler.Accuracy.FAST);
    }

    @Override
    public Pixels picture(AVFrame decoded, double pixelAspect, int clockwise) throws IOException {
        AVFrame bgr = scaler.scale(decoded, pixelAspect);
        int width = bgr.width();
        int height = bgr.height();
        byte[] pixels = new byte[CHANNELS * width * height];
        if (clockwise == 0) {
            copy(bgr, pixels);
            return new Pixels(new RawPicture(pixels, width, height, FORMAT));
        }
        if (lying.length != pixels.length) {
            lying = new byte[pixels.length];
        }
        copy(bgr, lying);
        turn(lying, width, height, clockwise, pixels);
        return new Pixels(clockwise == 180
                ? new RawPicture(pixels, width, height, FORMAT)
                : new RawPicture(pixels, height, width, FORMAT));
    }

    /** FFmpeg pads its rows. */
    private static void copy(AVFrame bgr, byte[] pixels) {
        int row = CHANNELS * bgr.width();
        int stride = bgr.linesize(0);
        ByteBuffer rows = bgr.data(0).capacity((long) stride * bgr.height()).asByteBuffer();
        if (stride == row) {
            rows.get(0, pixels);
            return;
        }
        for (int y = 0; y < bgr.height(); y++) {
            rows.get(y * stride, pixels, y * row, row);
        }
    }

    /**
     * Turns a picture.
     *
     * @param from {@code [height, width, 3]}
     * @param clockwise 90, 180 or 270 degrees
     * @param to receives {@code [width, height, 3]}, or {@code [height, width, 3]} for 180 degrees
     */
    private static void turn(byte[] from, int width, int height, int clockwise, byte[] to) {
        int start = switch (clockwise) {
            case 90 -> (height - 1) * width;
            case 180 -> width * height - 1;
            case 270 -> width - 1;
            default -> throw new IllegalArgumentException("The rotation must be 0, 90, 180 or 270, not " + clockwise);
        };
        int column = switch (clockwise) {
            case 90 -> -width;
            case 180 -> -1;
            default -> width;
        };
        int row = switch (clockwise) {
            case 90 -> 1;
            case 180 -> -width;
            default -> -1;
        };
        int columns = clockwise == 180 ? width : height;
        for (int next = 0; next < to.length; next += CHANNELS) {
            int pixel = next / CHANNELS;
            int source = CHANNELS * (start + pixel / columns * row + pixel % columns * column);
            to[next] = from[source];
            to[next + 1] = from[source + 1];
            to[next + 2] = from[source + 2];
        }
    }

    @Override
    public void close() {
        scaler.close();
    }
}
