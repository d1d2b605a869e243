package io.flinkvision.tools.catalogue;

import io.flinkvision.core.bundle.BundleOptions;
import io.flinkvision.core.configuration.ConfigurationException.Problem;
import io.flinkvision.core.configuration.ConfigurationException;
import io.flinkvision.core.configuration.ConfigurationReader;
import io.flinkvision.core.configuration.NearestName;
import io.flinkvision.core.configuration.Option;
import io.flinkvision.core.configuration.OptionType.Scalar;
import io.flinkvision.core.configuration.OptionType;
import io.flinkvision.core.configuration.OptionValues;
import io.flinkvision.core.image.Preprocessing.ChannelOrder;
import io.flinkvision.core.image.Preprocessing.ResizeRule;
import io.flinkvision.core.image.Preprocessing;
import io.flinkvision.core.mobilenet.Family;
import io.flinkvision.tools.catalogue.CatalogueEntry.Checksum;
import io.flinkvision.tools.catalogue.CatalogueEntry.LabelSet;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The public weights that can be downloaded by name.
 *
 * @param file that they were read from
 * @param entries in the file's order
 */
public record Catalogue(Path file, List<CatalogueEntry> entries) {

    /** Hosts that need neither encryption nor a proxy: this machine. */
    static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "[::1]");

    private static final Option<URI> ADDRESS = Option.required("address",
            new Scalar<>("https address", Catalogue::address, URI::toString), "The file's address.");

    private static final Option<Long> SIZE =
            Option.optional("size", OptionType.memorySize(), "The file's size, where it is known.");

    private static final Option<Checksum> SHA_256 = Option.required("sha256",
            new Scalar<>("hexadecimal digits", Checksum::new, Checksum::digits),
            "The file's SHA-256, or its first digits, at least 8.");

    private static final Option<Family> FAMILY = Option.required("family", OptionType.oneOf(Family.class),
            "The network's family, as in a bundle's `family`.");

    private static final Option<LabelSet> LABELS =
            Option.required("labels", OptionType.oneOf(LabelSet.class), "The classes of the network's output.");

    private static final Option<String> LICENCE =
            Option.required("licence", OptionType.text(), "The weights' licence, in words.");

    private static final Option<String> SOURCE =
            Option.required("source", OptionType.text(), "Where the entry is taken from.");

    /** The keys of an entry; those of the preprocessing are a bundle's own. */
    private static final List<Option<?>> OPTIONS = List.of(ADDRESS, SIZE, SHA_256, FAMILY, LABELS, LICENCE, SOURCE,
            BundleOptions.INPUT_SIZE, BundleOptions.RESIZE_LENGTH, BundleOptions.INTERPOLATION, BundleOptions.MEAN,
            BundleOptions.STANDARD_DEVIATION);

    public Catalogue {
        entries = List.copyOf(entries);
    }

    /**
     * Reads a catalogue: YAML, with the entries' names as its keys, and {@link #OPTIONS} under each.
     *
     * @throws ConfigurationException with every problem that was found
     */
    public static Catalogue read(Path file) {
        List<CatalogueEntry> entries = new ArrayList<>();
        List<Problem> problems = new ArrayList<>();
        ConfigurationReader.readNamed(file, OPTIONS).forEach((name, values) -> {
            try {
                entries.add(entry(name, values));
            } catch (IllegalArgumentException e) {
                problems.add(new Problem(values.problem(BundleOptions.NAME, "").where(), name, e.getMessage()));
            }
        });
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
        return new Catalogue(file, entries);
    }

    /** @throws IllegalArgumentException if there is no entry of the name; the message names the nearest */
    public CatalogueEntry entry(String name) {
        List<String> names = entries.stream().map(CatalogueEntry::name).toList();
        return entries.stream().filter(entry -> entry.name().equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("The catalogue " + file + " has no " + name
                        + NearestName.of(name, names)
                                .map(nearest -> "; did you mean " + nearest + "?")
                                .orElse("; it has " + String.join(", ", names))));
    }

    private static CatalogueEntry entry(String name, OptionValues values) {
        return new CatalogueEntry(
                name,
                values.get(ADDRESS),
                values.find(SIZE).map(OptionalLong::of).orElse(OptionalLong.empty()),
                values.get(SHA_256),
                values.get(FAMILY),
                values.get(LABELS),
                new Preprocessing(
                        values.get(BundleOptions.INPUT_SIZE),
                        new ResizeRule.ShorterSide(values.get(BundleOptions.RESIZE_LENGTH)),
                        values.get(BundleOptions.INTERPOLATION),
                        ChannelOrder.RGB,
                        floats(values, BundleOptions.MEAN),
                        floats(values, BundleOptions.STANDARD_DEVIATION)),
                values.get(LICENCE),
                values.get(SOURCE));
    }

    private static List<Float> floats(OptionValues values, Option<List<Double>> option) {
        return values.get(option).stream().map(Double::floatValue).toList();
    }

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
