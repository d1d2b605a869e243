package io.flinkvision.core.image;

import java.io.Serializable;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;

/**
 * Limits that are checked before a pixel is decoded. OpenCV's own limit (2^30 pixels) is far above what a task slot has
 * memory for, and cannot be set from inside a JVM.
 *
 * @param maxBytes of the encoded picture
 * @param maxPixels width times height; a pixel takes three bytes of native memory while its picture is decoded, six if
 *     it must be turned or its JPEG is a progressive one, and up to 12 if it has four channels
 * @param maxSide pixels of the longer side
 * @param formats those that are decoded
 * @param truncation the handling of a JPEG without an end marker
 */
public record DecodeLimits(
        long maxBytes, long maxPixels, int maxSide, Set<ImageFormat> formats, Truncation truncation)
        implements Serializable {

    /** Larger than the pictures of today's cameras, small enough for a task slot: 64 megapixels take 192 MB. */
    public static final DecodeLimits DEFAULTS =
            new DecodeLimits(16 << 20, 64_000_000, 16_384, ImageFormat.DEFAULTS, Truncation.REFUSE);

    public DecodeLimits {
        if (maxBytes < 1 || maxPixels < 1 || maxSide < 1) {
            throw new IllegalArgumentException("The limits must be positive, not " + maxBytes + " bytes, " + maxPixels
                    + " pixels and a side of " + maxSide);
        }
        Objects.requireNonNull(truncation, "truncation");
        if (formats.isEmpty()) {
            throw new IllegalArgumentException("At least one format must be allowed");
        }
        formats = Set.copyOf(EnumSet.copyOf(formats));
    }

    /** These limits with another number of bytes. */
    public DecodeLimits withMaxBytes(long bytes) {
        return new DecodeLimits(bytes, maxPixels, maxSide, formats, truncation);
    }

    /** These limits, but with truncated JPEGs decoded as far as they go, which is enough for a viewer. */
    public DecodeLimits acceptingTruncation() {
        return new DecodeLimits(maxBytes, maxPixels, maxSide, formats, Truncation.ACCEPT);
    }

    /** These limits with one more format. */
    public DecodeLimits allowing(ImageFormat format) {
        Set<ImageFormat> more = EnumSet.copyOf(formats);
        more.add(format);
        return new DecodeLimits(maxBytes, maxPixels, maxSide, more, truncation);
    }

    /**
     * The handling of a JPEG without an end marker. Pictures of other formats that end too early are always refused.
     */
    public enum Truncation {
        /** It is an error: most of its pixels may be missing. */
        REFUSE,
        /** It is decoded as far as it goes, for cameras that leave the end marker out. */
        ACCEPT
    }
}
