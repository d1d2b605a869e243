package io.flinkvision.job.record;

import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * The name of a region: {@code camera/region}, the key of its record on the heads topic and of its events.
 *
 * @param camera the key of the pictures that it is of, as text; {@link #ALL_CAMERAS} for all
 * @param region the region's name at that camera
 */
public record RegionKey(String camera, String region) implements Comparable<RegionKey> {

    /** The camera of a region that all cameras have. */
    public static final String ALL_CAMERAS = "*";

    /** Characters of a region's name. */
    public static final int MAX_REGION_LENGTH = 100;

    /** Characters of a camera's name. */
    public static final int MAX_CAMERA_LENGTH = 300;

    /** Between the camera and the region. */
    public static final char SEPARATOR = '/';

    /** @throws IllegalArgumentException that names the part which is wrong */
    public RegionKey {
        require("camera", camera, MAX_CAMERA_LENGTH);
        requireRegion(region);
    }

    /** @throws IllegalArgumentException if it is no name of a region */
    static void requireRegion(String region) {
        require("region", region, MAX_REGION_LENGTH);
        if (region.indexOf(SEPARATOR) >= 0) {
            throw new IllegalArgumentException("The name of a region must have no " + SEPARATOR + ", unlike '"
                    + PrintableText.escaped(region) + "'");
        }
    }

    private static void require(String what, String text, int maxLength) {
        Objects.requireNonNull(text, what);
        if (text.isBlank() || text.length() > maxLength || text.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("The name of a " + what + " must have from 1 to " + maxLength
                    + " characters, none of them a control character, not '" + PrintableText.escaped(text, maxLength)
                    + "'");
        }
    }

    /**
     * Reads {@code camera/region}; the last slash separates them, so a camera's name may have some.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static RegionKey parse(String text) {
        int separator = text.lastIndexOf(SEPARATOR);
        if (separator < 0) {
            throw new IllegalArgumentException("The key of a region must be camera/region, or " + ALL_CAMERAS
                    + "/region for all cameras, not '" + PrintableText.escaped(text, MAX_CAMERA_LENGTH) + "'");
        }
        return new RegionKey(text.substring(0, separator), text.substring(separator + 1));
    }

    /** The key of a record, in UTF-8. */
    public byte[] toBytes() {
        return toString().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public int compareTo(RegionKey other) {
        int byCamera = camera.compareTo(other.camera);
        return byCamera != 0 ? byCamera : region.compareTo(other.region);
    }

    /** {@code camera/region}. */
    @Override
    public String toString() {
        return camera + SEPARATOR + region;
    }
}
