package io.flinkvision.image;

import java.nio.charset.StandardCharsets;
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

    /** A picture or video format that is known by sight only, for the message that refuses it. */
    static Optional<String> sniffUnsupported(byte[] bytes) {
        if (startsWith(bytes, 4, 'f', 't', 'y', 'p') && bytes.length >= 12) {
            return Optional.of(new String(bytes, 8, 4, StandardCharsets.ISO_8859_1).strip().replaceAll("\\W", "?")
                    + " (HEIF, AVIF or video)");
        }
        return startsWith(bytes, 0, '<') ? Optional.of("text such as SVG or HTML") : Optional.empty();
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
