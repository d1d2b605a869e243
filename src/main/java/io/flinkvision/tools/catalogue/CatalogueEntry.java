package io.flinkvision.tools.catalogue;

import io.flinkvision.core.image.Preprocessing;
import io.flinkvision.core.mobilenet.Family;
import java.net.URI;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * Public weights that can be downloaded.
 *
 * @param name for the user, and of the model bundle: lower-case letters, digits, {@code . _ -}
 * @param address of the file; its path ends in the file's name
 * @param size of the file in bytes, where it is known
 * @param checksum of the file
 * @param family of the network
 * @param labels the classes of the output
 * @param preprocessing how the weights' own project evaluates them
 * @param licence of the weights, in words
 * @param source where all of this is taken from
 */
public record CatalogueEntry(
        String name,
        URI address,
        OptionalLong size,
        Checksum checksum,
        Family family,
        LabelSet labels,
        Preprocessing preprocessing,
        String licence,
        String source) {

    /** The classes of a network's output, where they are not the user's own. */
    public enum LabelSet {
        /** The 1000 classes of ILSVRC 2012, in the order of their WordNet numbers. */
        IMAGENET,
        /** The same after a class 0 for the background, 1001 in all, as in TensorFlow-Slim's networks. */
        IMAGENET_WITH_BACKGROUND
    }

    /**
     * A file's SHA-256, or its first digits: PyTorch's projects publish eight of them, in the file's name
     * ({@code torch.hub.load_state_dict_from_url}, {@code check_hash}).
     *
     * @param digits 8 to 64 hexadecimal digits, in lower case
     */
    public record Checksum(String digits) {

        private static final int SHA_256_DIGITS = 64;

        /** @throws IllegalArgumentException if the digits, in either case, are something else */
        public Checksum {
            if (!digits.matches("[0-9a-fA-F]{8,64}")) {
                throw new IllegalArgumentException(
                        "must be 8 to 64 hexadecimal digits, the first or all of a SHA-256, not '" + digits + "'");
            }
            digits = digits.toLowerCase(Locale.ROOT);
        }

        /** @param sha256 64 hexadecimal digits in lower case */
        boolean matches(String sha256) {
            return sha256.startsWith(digits);
        }

        /** {@code SHA-256 5c1a...}, or {@code SHA-256 that begins with 5c1a4163}. */
        @Override
        public String toString() {
            return "SHA-256 " + (digits.length() == SHA_256_DIGITS ? "" : "that begins with ") + digits;
        }
    }

    public CatalogueEntry {
        if (!name.matches("[a-z0-9][a-z0-9._-]*")) {
            throw new IllegalArgumentException(
                    "must be a name of lower-case letters, digits, '.', '_' and '-', not '" + name + "'");
        }
        Objects.requireNonNull(address, "address");
        Objects.requireNonNull(size, "size");
        Objects.requireNonNull(checksum, "checksum");
        Objects.requireNonNull(family, "family");
        Objects.requireNonNull(labels, "labels");
        Objects.requireNonNull(preprocessing, "preprocessing");
        Objects.requireNonNull(licence, "licence");
        Objects.requireNonNull(source, "source");
    }

    /** The last part of the address's path. */
    public String fileName() {
        return address.getPath().substring(address.getPath().lastIndexOf('/') + 1);
    }
}
