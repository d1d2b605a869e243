package io.flinkvision.core.image;

import io.flinkvision.core.image.DecodeLimits.Truncation;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The picture formats that can be decoded, told by their first bytes and never by what a sender says of them. */
public enum ImageFormat {
    JPEG {
        @Override
        boolean matches(byte[] bytes) {
            return startsWith(bytes, 0, 0xff, 0xd8, 0xff);
        }

        @Override
        ImageHeader header(byte[] bytes, Truncation truncation) throws MalformedImageException {
            return JpegHeader.read(bytes, truncation);
        }

        @Override
        List<ByteRange> pixelData(byte[] bytes, ImageHeader header) throws MalformedImageException {
            return JpegPixelSegments.of(bytes);
        }

        @Override
        byte[] end() {
            // Without it libjpeg waits for more bytes and leaves the last rows of the picture unwritten.
            return END_OF_IMAGE;
        }
    },
    PNG {
        @Override
        boolean matches(byte[] bytes) {
            return startsWith(bytes, 0, 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n');
        }

        @Override
        ImageHeader header(byte[] bytes, Truncation truncation) throws MalformedImageException {
            return PngHeader.read(bytes);
        }

        @Override
        List<ByteRange> pixelData(byte[] bytes, ImageHeader header) throws MalformedImageException {
            return PngPixelChunks.of(bytes, header);
        }

        @Override
        byte[] end() {
            return PngPixelChunks.END;
        }
    },
    WEBP {
        @Override
        boolean matches(byte[] bytes) {
            return startsWith(bytes, 0, 'R', 'I', 'F', 'F') && startsWith(bytes, 8, 'W', 'E', 'B', 'P');
        }

        @Override
        ImageHeader header(byte[] bytes, Truncation truncation) throws MalformedImageException {
            return WebPHeader.read(bytes);
        }
    },
    BMP {
        @Override
        boolean matches(byte[] bytes) {
            return startsWith(bytes, 0, 'B', 'M');
        }

        @Override
        ImageHeader header(byte[] bytes, Truncation truncation) throws MalformedImageException {
            return BmpHeader.read(bytes).imageHeader();
        }
    },
    TIFF {
        @Override
        boolean matches(byte[] bytes) {
            return startsWith(bytes, 0, 'I', 'I', 42, 0) || startsWith(bytes, 0, 'M', 'M', 0, 42);
        }

        @Override
        ImageHeader header(byte[] bytes, Truncation truncation) throws MalformedImageException {
            return TiffHeader.read(bytes);
        }
    },
    /** Netpbm's binary bitmaps, greymaps and pixmaps: P4, P5 and P6. */
    PNM {
        @Override
        boolean matches(byte[] bytes) {
            return bytes.length > 2 && bytes[0] == 'P' && bytes[1] >= '4' && bytes[1] <= '6'
                    && Character.isWhitespace(bytes[2]);
        }

        @Override
        ImageHeader header(byte[] bytes, Truncation truncation) throws MalformedImageException {
            return PnmHeader.read(bytes);
        }
    },
    /** Only the first frame. */
    GIF {
        @Override
        boolean matches(byte[] bytes) {
            return startsWith(bytes, 0, 'G', 'I', 'F', '8', '7', 'a')
                    || startsWith(bytes, 0, 'G', 'I', 'F', '8', '9', 'a');
        }

        @Override
        ImageHeader header(byte[] bytes, Truncation truncation) throws MalformedImageException {
            return GifFrame.read(bytes).imageHeader();
        }
    };

    private static final byte[] END_OF_IMAGE = {(byte) 0xff, (byte) 0xd9};
    private static final byte[] NOTHING = {};

    /** The formats that are decoded unless a job says otherwise. */
    public static final Set<ImageFormat> DEFAULTS = Set.copyOf(EnumSet.of(JPEG, PNG, WEBP, BMP));

    /** The format's name in records and options: {@code jpeg}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The format whose signature the bytes start with. */
    public static Optional<ImageFormat> sniff(byte[] bytes) {
        return Arrays.stream(values()).filter(format -> format.matches(bytes)).findFirst();
    }

    abstract boolean matches(byte[] bytes);

    /**
     * Reads the picture's own header and walks its structure to its end.
     *
     * @throws MalformedImageException if it breaks the format's rules, or ends too early
     */
    abstract ImageHeader header(byte[] bytes, Truncation truncation) throws MalformedImageException;

    /**
     * What of a picture's bytes its decoder gets to see: all of them, unless some could be turned against it.
     *
     * @param header what {@link #header} found, within the limits
     * @throws MalformedImageException if to decode the picture takes far more than its dimensions say
     */
    List<ByteRange> pixelData(byte[] bytes, ImageHeader header) throws MalformedImageException {
        return List.of(new ByteRange(0, bytes.length));
    }

    /** What the decoder gets behind {@link #pixelData}: the format's end, which the bytes may lack. Never changed. */
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
