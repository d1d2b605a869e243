package io.flinkvision.core.image;

import io.flinkvision.core.image.DecodeLimits.Truncation;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The picture formats that can be decoded. The format is detected from the first bytes, never taken from the sender.
 */
public enum ImageFormat {
    JPEG(bytes -> startsWith(bytes, 0, 0xff, 0xd8, 0xff), JpegHeader::read) {
        @Override
        List<ByteRange> pixelData(byte[] bytes, ImageHeader header) throws MalformedImageException {
            return JpegHeader.pixelSegments(bytes);
        }

        @Override
        byte[] end() {
            // Without it libjpeg waits for more bytes and leaves the last rows of the picture unwritten.
            return END_OF_IMAGE;
        }
    },
    PNG(bytes -> startsWith(bytes, 0, 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'),
            (bytes, truncation) -> PngHeader.read(bytes)) {
        @Override
        List<ByteRange> pixelData(byte[] bytes, ImageHeader header) throws MalformedImageException {
            return PngPixelChunks.of(bytes, header);
        }

        @Override
        byte[] end() {
            return PngPixelChunks.END;
        }
    },
    WEBP(bytes -> startsWith(bytes, 0, 'R', 'I', 'F', 'F') && startsWith(bytes, 8, 'W', 'E', 'B', 'P'),
            (bytes, truncation) -> WebPHeader.read(bytes)),
    BMP(bytes -> startsWith(bytes, 0, 'B', 'M'), (bytes, truncation) -> BmpHeader.read(bytes).imageHeader()),
    TIFF(bytes -> startsWith(bytes, 0, 'I', 'I', 42, 0) || startsWith(bytes, 0, 'M', 'M', 0, 42),
            (bytes, truncation) -> TiffHeader.read(bytes)),
    /** Netpbm's binary bitmaps, greymaps and pixmaps: P4, P5 and P6. */
    PNM(bytes -> bytes.length > 2 && bytes[0] == 'P' && bytes[1] >= '4' && bytes[1] <= '6'
            && Character.isWhitespace(bytes[2]), (bytes, truncation) -> PnmHeader.read(bytes)),
    /** Only the first frame. */
    GIF(bytes -> startsWith(bytes, 0, 'G', 'I', 'F', '8', '7', 'a')
            || startsWith(bytes, 0, 'G', 'I', 'F', '8', '9', 'a'),
            (bytes, truncation) -> GifFrame.read(bytes).imageHeader());

    /** Reads the header of bytes that start with the format's signature. */
    private interface HeaderReader {

        ImageHeader read(byte[] bytes, Truncation truncation) throws MalformedImageException;
    }

    private static final byte[] END_OF_IMAGE = {(byte) 0xff, (byte) 0xd9};
    private static final byte[] NOTHING = {};

    /** The formats that are decoded unless a job says otherwise. */
    public static final Set<ImageFormat> DEFAULTS = Set.copyOf(EnumSet.of(JPEG, PNG, WEBP, BMP));

    private final Predicate<byte[]> signature;
    private final HeaderReader headers;

    ImageFormat(Predicate<byte[]> signature, HeaderReader headers) {
        this.signature = signature;
        this.headers = headers;
    }

    /** The format's name in records and options: {@code jpeg}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The format whose signature the bytes start with. */
    public static Optional<ImageFormat> sniff(byte[] bytes) {
        return Arrays.stream(values()).filter(format -> format.signature.test(bytes)).findFirst();
    }

    /**
     * Reads the picture's own header and walks its structure to its end.
     *
     * @throws MalformedImageException if it breaks the format's rules, or ends too early
     */
    ImageHeader header(byte[] bytes, Truncation truncation) throws MalformedImageException {
        return headers.read(bytes, truncation);
    }

    /**
     * The parts of a picture's bytes that its decoder sees: all of them, unless some could be used to attack it.
     *
     * @param header what {@link #header} found, within the limits
     * @throws MalformedImageException if to decode the picture takes far more than its dimensions say
     */
    List<ByteRange> pixelData(byte[] bytes, ImageHeader header) throws MalformedImageException {
        return List.of(new ByteRange(0, bytes.length));
    }

    /**
     * The format's end marker, which the decoder gets after {@link #pixelData} since the bytes may lack it. Read-only.
     */
    byte[] end() {
        return NOTHING;
    }

    private static boolean startsWith(byte[] bytes, int from, int... signature) {
        if (bytes.length < from + signature.length) {
            return false;
        }
        for (int i = 0; i < signature.length; i++) {
            if ((bytes[from + i] & 0xff) != signature[i]) {
                return false;
            }
        }
        return true;
    }
}
