package io.flinkvision.tools.feed;

import io.flinkvision.core.image.ImageFormat;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/** Looks whether a picture has its end, as far as its format shows that at a glance. */
final class PictureEnd {

    private static final int PNG_END_CHUNK_BYTES = 12;

    private static final byte GIF_TRAILER = ';';

    private PictureEnd() {}

    /** Whether the picture is cut off, or seems so: a few cameras leave out a JPEG's end. */
    static boolean isMissing(byte[] bytes) {
        Optional<ImageFormat> format = ImageFormat.sniff(bytes);
        if (format.isEmpty()) {
            return bytes.length == 0;
        }
        return switch (format.get()) {
            case JPEG -> !endsWithJpegMarker(bytes);
            case PNG -> bytes.length < PNG_END_CHUNK_BYTES || !contains(bytes, "IEND");
            // Both count their bytes in the header, WebP without the first eight.
            case WEBP -> bytes.length < 12 || littleEndian(bytes, 4) + 8 > bytes.length;
            case BMP -> bytes.length < 6 || littleEndian(bytes, 2) > bytes.length;
            case GIF -> bytes[bytes.length - 1] != GIF_TRAILER;
            case TIFF, PNM -> false;
        };
    }

    /** Some cameras fill their files up with zeros. */
    private static boolean endsWithJpegMarker(byte[] bytes) {
        int last = bytes.length - 1;
        while (last > 0 && bytes[last] == 0) {
            last--;
        }
        return last >= 1 && (bytes[last] & 0xff) == 0xd9 && (bytes[last - 1] & 0xff) == 0xff;
    }

    private static boolean contains(byte[] bytes, String chunk) {
        for (int start = bytes.length - chunk.length(); start >= 0; start--) {
            int matching = 0;
            while (matching < chunk.length() && bytes[start + matching] == chunk.charAt(matching)) {
                matching++;
            }
            if (matching == chunk.length()) {
                return true;
            }
        }
        return false;
    }

    private static long littleEndian(byte[] bytes, int offset) {
        return Integer.toUnsignedLong(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(offset));
    }
}
