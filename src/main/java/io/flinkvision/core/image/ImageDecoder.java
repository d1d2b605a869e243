package io.flinkvision.core.image;

import io.flinkvision.core.image.DecodeOutcome.Decoded;
import io.flinkvision.core.image.DecodeOutcome.Rejected;
import io.flinkvision.core.image.Preprocessing.InputGeometry;
import io.flinkvision.core.image.Preprocessing.ResizeRule;
import io.flinkvision.core.image.Resampling.Extent;
import io.flinkvision.core.image.UprightDecoder.Accepted;
import io.flinkvision.core.image.UprightDecoder.Upright;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.opencv.core.CvException;
import org.opencv.core.Mat;

/**
 * Decodes the bytes of a picture to the network's input, in three layers: {@link StoredDecoder} reads the pixels as the
 * file stores them, {@link UprightDecoder} checks format and limits and turns the picture upright, and this class
 * resizes and crops it.
 *
 * <p>Owns native memory that it keeps from picture to picture, except what a large one took; not safe for use by
 * several threads.
 */
public final class ImageDecoder implements AutoCloseable {

    private final UprightDecoder pictures;
    private final Preprocessing preprocessing;
    private final Reduction reduction;
    private final Resampling resampling = new Resampling();
    private final Optional<ViewMeter> meter;

    /** Whether pictures are measured on the way. */
    public enum Measuring { NOTHING, STATISTICS }

    /**
     * @param limits limits that are checked before a pixel is decoded
     * @param preprocessing the size and shape that the network wants
     * @param reduction whether large JPEGs are decoded at a reduced size
     * @param measuring whether pictures are measured, whatever is shown of them
     */
    public ImageDecoder(DecodeLimits limits, Preprocessing preprocessing, Reduction reduction, Measuring measuring) {
        this.pictures = new UprightDecoder(limits);
        this.preprocessing = preprocessing;
        this.reduction = reduction;
        this.meter = measuring == Measuring.STATISTICS ? Optional.of(new ViewMeter()) : Optional.empty();
    }

    /** A decoder that measures nothing. */
    public ImageDecoder(DecodeLimits limits, Preprocessing preprocessing, Reduction reduction) {
        this(limits, preprocessing, reduction, Measuring.NOTHING);
    }

    /** A decoder with the default reduction. */
    public ImageDecoder(DecodeLimits limits, Preprocessing preprocessing) {
        this(limits, preprocessing, Reduction.DEFAULT);
    }

    /**
     * Decodes a picture.
     *
     * @param bytes a whole file of one of the allowed formats
     * @throws IllegalStateException after {@link #close()}
     */
    public DecodeOutcome decode(byte[] bytes) {
        return decode(bytes, List.of(View.WHOLE));
    }

    /**
     * Decodes a picture once, and cuts some views out of it.
     *
     * @param bytes a whole file of one of the allowed formats
     * @param views what the network is to see of it; if there are none, only its header is read
     * @throws IllegalStateException after {@link #close()}
     */
    public DecodeOutcome decode(byte[] bytes, List<View> views) {
        return outcome(() -> views.isEmpty() ? header(bytes) : decoded(pixels(bytes, views), bytes, views));
    }

    private Decoded header(byte[] bytes) throws MalformedImageException {
        Accepted picture = pictures.check(bytes);
        return new Decoded(picture.width(), picture.height(), picture.format().id(), List.of());
    }

    private Upright pixels(byte[] bytes, List<View> views) throws MalformedImageException {
        return pictures.decode(bytes, (width, height) -> reduction.scale(width, height, views, preprocessing));
    }

    /**
     * Does the part of {@link #decode} before resampling, for measurements.
     *
     * @param bytes a whole file of one of the allowed formats
     * @return whether the picture can be decoded
     * @throws IllegalStateException after {@link #close()}
     */
    public boolean decodePixels(byte[] bytes) {
        try {
            pixels(bytes, List.of(View.WHOLE));
            return true;
        } catch (MalformedImageException e) {
            return false;
        } finally {
            pictures.releaseLargeBuffers();
        }
    }

    /**
     * Takes pixels that are not encoded.
     *
     * @param pixels {@code [height, width, channels]}, rows from the top, without padding
     * @param width pixels a row
     * @param height rows
     * @throws IllegalStateException after {@link #close()}
     */
    public DecodeOutcome decodeRaw(byte[] pixels, int width, int height, RawFormat format) {
        return decodeRaw(pixels, width, height, format, List.of(View.WHOLE));
    }

    /**
     * Takes pixels that are not encoded, and cuts some views out of them.
     *
     * @param pixels {@code [height, width, channels]}, rows from the top, without padding
     * @param width pixels a row
     * @param height rows
     * @param views what the network is to see of them; if there are none, they are only checked
     * @throws IllegalStateException after {@link #close()}
     */
    public DecodeOutcome decodeRaw(byte[] pixels, int width, int height, RawFormat format, List<View> views) {
        return outcome(() -> views.isEmpty()
                ? rawHeader(pixels, width, height, format)
                : decoded(pictures.decodeRaw(pixels, width, height, format), pixels, views));
    }

    private Decoded rawHeader(byte[] pixels, int width, int height, RawFormat format) throws MalformedImageException {
        pictures.checkRaw(pixels, width, height, format);
        return new Decoded(width, height, format.id(), List.of());
    }

    /**
     * Takes a quick look at a picture: reads the codes of a JPEG, and computes hardly any pixels.
     *
     * @param bytes a whole file
     * @param views what the network would see of it
     * @return empty for what is refused, has another format, or cannot be decoded
     * @throws IllegalStateException after {@link #close()}
     */
    public Optional<Preview> preview(byte[] bytes, List<View> views) {
        return attempt(
                () -> pictures.decodePreview(bytes).map(picture -> Preview.of(picture, bytes, views, preprocessing)),
                rejected -> Optional.empty());
    }

    /** One way to decode a picture. */
    @FunctionalInterface
    private interface Decoding<T> {

        T decode() throws MalformedImageException;
    }

    private DecodeOutcome outcome(Decoding<DecodeOutcome> decoding) {
        return attempt(decoding, rejected -> rejected);
    }

    /** @param rejection makes the result of a picture that cannot be decoded */
    private <T> T attempt(Decoding<T> decoding, Function<Rejected, T> rejection) {
        try {
            return decoding.decode();
        } catch (MalformedImageException e) {
            return rejection.apply(new Rejected(e.code(), e.getMessage()));
        } catch (CvException e) {
            if (NativeMemory.isExhausted(e)) {
                return rejection.apply(outOfMemory(e));
            }
            throw e;
        } catch (OutOfMemoryError e) {
            // The failed allocation was for this picture, whose memory is garbage by now.
            return rejection.apply(outOfMemory(e));
        } finally {
            pictures.releaseLargeBuffers();
        }
    }

    private static Rejected outOfMemory(Throwable failure) {
        return new Rejected(ErrorCode.OUT_OF_MEMORY, "There is no memory for the picture: " + failure.getMessage());
    }

    private Decoded decoded(Upright picture, byte[] sent, List<View> views) {
        return new Decoded(picture.width(), picture.height(), picture.format(),
                views.stream().map(view -> networkInput(picture, view)).toList(),
                meter.map(some -> some.measure(picture.bgr(), sent)));
    }

    private RgbImage networkInput(Upright picture, View view) {
        int size = preprocessing.inputSize();
        byte[] input = new byte[size * size * 3];
        if (preprocessing.resize() instanceof ResizeRule.Letterbox letterbox) {
            Arrays.fill(input, (byte) letterbox.fill());
        }
        InputGeometry geometry = InputGeometry.of(view, picture.width(), picture.height(), preprocessing);
        Extent columns = picture.columns(view.columns(picture.width()));
        Extent rows = picture.rows(view.rows(picture.height()));
        // The axes end where the view does, so the filter does not look beyond it. No pixel is copied.
        Mat shown = picture.bgr().submat(rows.first(), rows.end(), columns.first(), columns.end());
        try {
            resampling.resample(shown, geometry.columns().of(columns), geometry.rows().of(rows),
                    preprocessing.interpolation(), input, size, geometry.left(), geometry.top());
        } finally {
            shown.release();
        }
        return new RgbImage(size, size, input);
    }

    /** Releases the native memory; a second call does nothing. */
    @Override
    public void close() {
        pictures.close();
        meter.ifPresent(ViewMeter::close);
    }
}
