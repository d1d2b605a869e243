package io.flinkvision.tools.catalogue;

import io.flinkvision.core.bundle.BundleOptions;
import io.flinkvision.core.configuration.Option;
import io.flinkvision.core.configuration.OptionType.Scalar;
import io.flinkvision.core.configuration.OptionType;
import io.flinkvision.core.mobilenet.Family;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Set;

/** The keys of each entry in a catalogue; those of the preprocessing are a bundle's own. */
public final class CatalogueOptions {

    /** Hosts that need no encryption: they are this machine itself. */
    static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "[::1]");

    public static final Option<URI> ADDRESS = Option.required("address",
            new Scalar<>("https address", CatalogueOptions::address, URI::toString), "Where the file is.");

    public static final Option<Long> SIZE =
            Option.optional("size", OptionType.memorySize(), "The file's size, where it is known.");

    public static final Option<Checksum> SHA_256 = Option.required("sha256",
            new Scalar<>("hexadecimal digits", Checksum::new, Checksum::digits),
            "The file's SHA-256, or the first digits of it, at least 8.");

    public static final Option<Family> FAMILY = Option.required("family", OptionType.oneOf(Family.class),
            "The form of the network, as in a bundle's `family`.");

    public static final Option<LabelSet> LABELS =
            Option.required("labels", OptionType.oneOf(LabelSet.class), "The classes of the network's output.");

    public static final Option<String> LICENCE =
            Option.required("licence", OptionType.text(), "The weights' licence, in words.");

    public static final Option<String> SOURCE =
            Option.required("source", OptionType.text(), "Where the entry is taken from.");

    /** All of them. */
    public static final List<Option<?>> ALL = List.of(ADDRESS, SIZE, SHA_256, FAMILY, LABELS, LICENCE, SOURCE,
            BundleOptions.INPUT_SIZE, BundleOptions.RESIZE_LENGTH, BundleOptions.INTERPOLATION, BundleOptions.MEAN,
            BundleOptions.STANDARD_DEVIATION);

    private CatalogueOptions() {}

    private static URI address(String text) {
        URI address;
        try {
            address = new URI(text);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("must be an address, not '" + text + "': " + e.getReason(), e);
        }
        boolean plain = "http".equals(address.getScheme()) && LOOPBACK.contains(address.getHost());
        if (address.getHost() == null || !"https".equals(address.getScheme()) && !plain) {
            throw new IllegalArgumentException("must begin with https:// and a host, not '" + text + "'");
        }
        if (!address.getPath().matches(".*/[A-Za-z0-9_-][A-Za-z0-9._+-]*")) {
            throw new IllegalArgumentException("must end in a file's name of letters, digits, '.', '_', '+' and '-',"
                    + " not '" + text + "'");
        }
        return address;
    }
}
