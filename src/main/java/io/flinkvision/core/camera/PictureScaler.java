package io.flinkvision.core.camera;

import static org.bytedeco.ffmpeg.global.avutil.AVCOL_RANGE_JPEG;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;
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
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.javacpp.DoublePointer;

/**
 * Converts decoded pictures to one pixel format, with square pixels and a maximum side, by FFmpeg's libswscale. Their
 * own matrix and range are respected; the result has the full range, and that of YUV the matrix of ITU-R BT.601, as
 * JFIF prescribes. Owns native memory until {@link #close}, and prepares it anew only for another kind of picture.
 */
final class PictureScaler implements AutoCloseable {

    private static final int FIXED_POINT_ONE = 1 << 16;

    private final int pixelFormat;
    private final int maxSide;
    private final Accuracy accuracy;
    private Layout layout = Layout.NONE;
    private SwsContext context;
    private AVFrame scaled;

    /** How carefully pictures that keep their size are converted; others are always scaled by area. */
    enum Accuracy {
        /** Rounded exactly. */
        EXACT,
        /** Within two levels, and each chroma sample for the whole block that it stands for: a third of the work. */
        FAST
    }

    /** The pictures that the context is for. */
    private record Layout(int width, int height, double pixelAspect, int pixelFormat, int colourSpace, int range) {

        static final Layout NONE = new Layout(0, 0, 1, 0, 0, 0);

        static Layout of(AVFrame picture, double pixelAspect) {
            return new Layout(picture.width(), picture.height(), pixelAspect, picture.format(),
                    picture.colorspace(), picture.color_range());
        }
    }

    /**
     * @param pixelFormat that of the results, one of FFmpeg's {@code AV_PIX_FMT}
     * @param maxSide of the results in pixels
     */
    PictureScaler(int pixelFormat, int maxSide, Accuracy accuracy) {
        this.pixelFormat = pixelFormat;
        this.maxSide = maxSide;
        this.accuracy = accuracy;
    }

    /**
     * Converts a picture: the side that is too short for its shape is stretched.
     *
     * @param pixelAspect a pixel's width divided by its height
     * @return the result, which belongs to this and is overwritten by the next one
     * @throws IOException if FFmpeg cannot convert it, or it would have too many pixels
     */
    AVFrame scale(AVFrame picture, double pixelAspect) throws IOException {
        if (!Layout.of(picture, pixelAspect).equals(layout)) {
            prepare(picture, pixelAspect);
        }
        require(av_frame_make_writable(scaled));
        require(sws_scale(context, picture.data(), picture.linesize(), 0, picture.height(), scaled.data(),
                scaled.linesize()));
        return scaled;
    }

    private void prepare(AVFrame picture, double pixelAspect) throws IOException {
        close();
        double shownWidth = picture.width() * Math.max(1, pixelAspect);
        double shownHeight = picture.height() * Math.max(1, 1 / pixelAspect);
        double scale = Math.min(1, maxSide / Math.max(shownWidth, shownHeight));
        int width = (int) Math.max(1, Math.round(shownWidth * scale));
        int height = (int) Math.max(1, Math.round(shownHeight * scale));
        if ((long) width * height > VideoDecoder.MAX_PIXELS) {
            throw new IOException("A picture of " + width + " x " + height + " pixels has more than "
                    + VideoDecoder.MAX_PIXELS + "; max-side scales it down");
        }
        boolean sameSize = width == picture.width() && height == picture.height();
        int flags = sameSize && accuracy == Accuracy.FAST ? SWS_AREA : SWS_AREA | SWS_ACCURATE_RND;
        context = sws_getContext(picture.width(), picture.height(), picture.format(), width, height, pixelFormat,
                flags, null, null, (DoublePointer) null);
        if (context == null || context.isNull()) {
            throw new IOException("FFmpeg cannot convert pictures of the pixel format " + picture.format());
        }
        boolean fullRange = picture.color_range() == AVCOL_RANGE_JPEG;
        sws_setColorspaceDetails(context, sws_getCoefficients(picture.colorspace()), fullRange ? 1 : 0,
                sws_getCoefficients(SWS_CS_ITU601), 1, 0, FIXED_POINT_ONE, FIXED_POINT_ONE);
        scaled = av_frame_alloc();
        scaled.width(width).height(height).format(pixelFormat).color_range(AVCOL_RANGE_JPEG);
        require(av_frame_get_buffer(scaled, 0));
        layout = Layout.of(picture, pixelAspect);
    }

    private static void require(int code) throws IOException {
        if (code < 0) {
            throw new IOException("FFmpeg cannot convert a picture: " + FfmpegError.text(code));
        }
    }

    /** Releases the memory; idempotent. */
    @Override
    public void close() {
        layout = Layout.NONE;
        if (context != null) {
            sws_freeContext(context);
            context = null;
        }
        if (scaled != null) {
            av_frame_free(scaled);
            scaled = null;
        }
    }
}
