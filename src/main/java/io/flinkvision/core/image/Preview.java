package io.flinkvision.core.image;

import io.flinkvision.core.image.Preprocessing.InputGeometry;
import io.flinkvision.core.image.Resampling.Axis;
import io.flinkvision.core.image.Resampling.Extent;
import io.flinkvision.core.image.UprightDecoder.Upright;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a quick look at a JPEG shows: its luma at an eighth of its size, summarised. Enough to see whether a scene has
 * changed, and a fraction of the work of decoding it.
 *
 * @param width pixels of the encoded picture as a viewer shows it, after its EXIF orientation
 * @param height likewise
 * @param format the detected format
 * @param brightness mean luma of the whole picture, from 0 to 255
 * @param digest of the picture's bytes, that of {@link ViewStatistics}
 * @param views the fingerprints of the views that were asked for, in their order, each of what the network would see;
 *     empty for one that is too small to be compared
 */
public record Preview(
        int width, int height, String format, double brightness, long digest,
        List<Optional<PreviewFingerprint>> views) {

    public Preview {
        Objects.requireNonNull(format, "format");
        views = List.copyOf(views);
    }

    /**
     * @param picture decoded by {@link UprightDecoder#decodePreview}
     * @param sent the picture as it was sent
     */
    static Preview of(Upright picture, byte[] sent, List<View> views, Preprocessing preprocessing) {
        int width = picture.bgr().cols();
        byte[] samples = new byte[width * picture.bgr().rows()];
        picture.bgr().get(0, 0, samples);
        long sum = 0;
        for (byte sample : samples) {
            sum += sample & 0xff;
        }
        List<Optional<PreviewFingerprint>> fingerprints = new ArrayList<>(views.size());
        for (View view : views) {
            InputGeometry geometry = InputGeometry.of(view, picture.width(), picture.height(), preprocessing);
            Seen columns = Seen.of(picture.columns(view.columns(picture.width())), geometry.columns());
            Seen rows = Seen.of(picture.rows(view.rows(picture.height())), geometry.rows());
            fingerprints.add(columns.isEnough() && rows.isEnough()
                    ? Optional.of(PreviewFingerprint.of(
                            samples, width, columns.first(), rows.first(), columns.pixels(), rows.pixels()))
                    : Optional.empty());
        }
        return new Preview(picture.width(), picture.height(), picture.format(), (double) sum / samples.length,
                ViewMeter.digest(sent), fingerprints);
    }

    /**
     * The pixels of a preview, along one axis, that the network sees of a view, to the nearest pixel.
     *
     * @param first the first pixel
     * @param end behind the last pixel
     */
    private record Seen(int first, int end) {

        static Seen of(Extent extent, Axis geometry) {
            Axis axis = geometry.of(extent);
            double from = axis.begin() + axis.span() * axis.start() / axis.to();
            double to = axis.begin() + axis.span() * (axis.start() + axis.count()) / axis.to();
            return new Seen(extent.first() + (int) Math.max(0, Math.round(from)),
                    extent.first() + (int) Math.min(axis.from(), Math.round(to)));
        }

        int pixels() {
            return end - first;
        }

        boolean isEnough() {
            return pixels() >= PreviewFingerprint.MIN_PIXELS;
        }
    }
}
