package io.flinkvision.core.image;

import io.flinkvision.core.image.Reduction.JpegScale;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.opencv.core.Mat;
import org.opencv.core.MatOfByte;
import org.opencv.core.MatOfInt;
import org.opencv.core.Rect;
import org.opencv.core.Size;
import org.opencv.imgcodecs.Imgcodecs;
import org.opencv.imgproc.Imgproc;

/** Makes JPEGs of the sizes that cameras send from larger photographs: the centre, scaled down by areas. */
final class CameraPictures implements AutoCloseable {

    private static final List<Size> SIZES =
            List.of(new Size(1280, 720), new Size(1920, 1080), new Size(2560, 1440), new Size(3840, 2160));

    private final UprightDecoder decoder = new UprightDecoder(DecodeLimits.DEFAULTS);
    private final Mat scaled = new Mat();
    private final MatOfByte encoded = new MatOfByte();
    private final MatOfInt parameters;

    /** @param quality of the JPEGs, from 1 to 100 */
    CameraPictures(int quality) {
        this.parameters = new MatOfInt(Imgcodecs.IMWRITE_JPEG_QUALITY, quality);
    }

    /**
     * A photograph in all sizes that it is large enough for, by their names.
     *
     * @throws IllegalArgumentException if it cannot be decoded
     */
    Map<String, byte[]> of(byte[] photograph) {
        Map<String, byte[]> pictures = new LinkedHashMap<>();
        try {
            Mat whole = decoder.decode(photograph, (width, height) -> JpegScale.WHOLE).bgr();
            for (Size size : SIZES) {
                double factor = Math.min(whole.cols() / size.width, whole.rows() / size.height);
                if (factor >= 1) {
                    pictures.put((int) size.width + " x " + (int) size.height, scaled(whole, size, factor));
                }
            }
            return pictures;
        } catch (MalformedImageException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private byte[] scaled(Mat whole, Size size, double factor) {
        int width = (int) (size.width * factor);
        int height = (int) (size.height * factor);
        Mat centre = whole.submat(
                new Rect((whole.cols() - width) / 2, (whole.rows() - height) / 2, width, height));
        Imgproc.resize(centre, scaled, size, 0, 0, Imgproc.INTER_AREA);
        centre.release();
        Imgcodecs.imencode(".jpg", scaled, encoded, parameters);
        return encoded.toArray();
    }

    @Override
    public void close() {
        decoder.close();
        scaled.release();
        encoded.release();
        parameters.release();
    }
}
