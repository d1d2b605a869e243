package io.flinkvision.core.camera;

import static org.bytedeco.ffmpeg.global.avutil.AVCOL_RANGE_JPEG;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_FLAG_BITSTREAM;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_FLAG_HWACCEL;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_FLAG_PAL;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_FLAG_RGB;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_GRAY8;
import static org.bytedeco.ffmpeg.global.avutil.av_pix_fmt_desc_get;

import io.flinkvision.core.image.ImageFingerprint;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.bytedeco.ffmpeg.avutil.AVComponentDescriptor;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVPixFmtDescriptor;

/**
 * Fingerprints of decoded pictures, before they are converted or encoded: from the luma that the decoder has made
 * already. Owns native memory until {@link #close}.
 */
final class LumaFingerprints implements AutoCloseable {

    private static final long WITHOUT_LUMA =
            AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL | AV_PIX_FMT_FLAG_BITSTREAM | AV_PIX_FMT_FLAG_HWACCEL;

    /** Black and white of the limited range. */
    private static final int BLACK = 16;
    private static final int WHITE = 235;

    /** Of the grey pictures that are made of other formats: more than enough pixels for each cell. */
    private static final int GREY_SIDE = 256;

    private final PictureScaler toGrey =
            new PictureScaler(AV_PIX_FMT_GRAY8, GREY_SIDE, PictureScaler.Accuracy.FAST);

    /**
     * What a picture looks like, as it lies in the video.
     *
     * @throws IOException if FFmpeg cannot convert it
     */
    ImageFingerprint of(AVFrame picture) throws IOException {
        if (!hasPlaneOfLuma(picture.format()) || picture.linesize(0) < picture.width()) {
            return grey(toGrey.scale(picture, 1));
        }
        ImageFingerprint luma = grey(picture);
        return picture.color_range() == AVCOL_RANGE_JPEG || picture.format() == AV_PIX_FMT_GRAY8 ? luma : full(luma);
    }

    /** Whether the first plane has a byte of luma for each pixel, one after the other. */
    private static boolean hasPlaneOfLuma(int format) {
        AVPixFmtDescriptor descriptor = av_pix_fmt_desc_get(format);
        AVComponentDescriptor first = descriptor.comp(0);
        return (descriptor.flags() & WITHOUT_LUMA) == 0 && first.depth() == 8 && first.step() == 1
                && first.plane() == 0 && first.offset() == 0;
    }

    private static ImageFingerprint grey(AVFrame picture) {
        int stride = picture.linesize(0);
        ByteBuffer plane = picture.data(0).capacity((long) stride * picture.height()).asByteBuffer();
        return ImageFingerprint.ofGrey(plane, stride, picture.width(), picture.height());
    }

    private static ImageFingerprint full(ImageFingerprint limited) {
        byte[] cells = limited.cells();
        for (int cell = 0; cell < cells.length; cell++) {
            int level = ((cells[cell] & 0xff) - BLACK) * 255 / (WHITE - BLACK);
            cells[cell] = (byte) Math.max(0, Math.min(255, level));
        }
        return limited;
    }

    /** Idempotent. */
    @Override
    public void close() {
        toGrey.close();
    }
}
