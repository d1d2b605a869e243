package io.flinkvision.tools.catalogue;

import io.flinkvision.core.image.Preprocessing;
import io.flinkvision.core.mobilenet.Family;
import java.net.URI;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * Public weights that can be downloaded.
 *
 * @param name under which they are asked for, and which the model bundle gets: lower-case letters, digits,
 *     {@code . _ -}
 * @param address of the file; its path ends in the file's name
 * @param size of the file in bytes, where it is known
 * @param checksum of the file
 * @param family the form of the network
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
