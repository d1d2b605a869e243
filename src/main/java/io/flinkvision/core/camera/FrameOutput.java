package io.flinkvision.core.camera;

import io.flinkvision.core.camera.CapturedFrame.Picture;
import io.flinkvision.core.camera.ReadingContext.FrameForm;
import java.io.IOException;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/** Makes of a camera's decoded pictures what is handed on. Owns native memory until {@link #close}. */
sealed interface FrameOutput extends AutoCloseable permits JpegEncoder, PixelConverter {

    static FrameOutput of(FrameForm form, CameraSettings settings) {
        return switch (form) {
            case JPEG -> new JpegEncoder(settings);
            case PIXELS -> new PixelConverter(settings);
        };
    }

    /**
     * The picture with square pixels, upright, and scaled down to the maximum side.
     *
     * @param pixelAspect a pixel's width divided by its height
     * @param clockwise the rotation that turns it upright: 0, 90, 180 or 270 degrees
     * @throws IOException if FFmpeg cannot convert or encode it
     */
    Picture picture(AVFrame decoded, double pixelAspect, int clockwise) throws IOException;

    /** Idempotent. */
    @Override
    void close();
}
