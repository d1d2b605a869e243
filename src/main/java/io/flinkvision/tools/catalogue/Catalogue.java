package io.flinkvision.tools.catalogue;

import io.flinkvision.core.bundle.BundleOptions;
import io.flinkvision.core.configuration.Configuration;
import io.flinkvision.core.configuration.ConfigurationException;
import io.flinkvision.core.configuration.ConfigurationReader;
import io.flinkvision.core.configuration.NearestName;
import io.flinkvision.core.configuration.Option;
import io.flinkvision.core.configuration.Problem;
import io.flinkvision.core.image.Preprocessing.ChannelOrder;
import io.flinkvision.core.image.Preprocessing.ResizeRule;
import io.flinkvision.core.image.Preprocessing;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * The public weights that can be downloaded by name.
 *
 * @param file where they are written down
 * @param entries in the file's order
 */
public record Catalogue(Path file, List<CatalogueEntry> entries) {

    public Catalogue {
        entries = List.copyOf(entries);
    }

    /**
     * Reads a catalogue: YAML, the entries' names at its top, under each of them {@link CatalogueOptions}.
     *
     * @throws ConfigurationException with every problem that was found
     */
    public static Catalogue read(Path file) {
        List<CatalogueEntry> entries = new ArrayList<>();
        List<Problem> problems = new ArrayList<>();
        ConfigurationReader.readNamed(file, CatalogueOptions.ALL).forEach((name, values) -> {
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

    /**
     * The entry of a name.
     *
     * @throws IllegalArgumentException if there is none; the message names the nearest
     */
    public CatalogueEntry entry(String name) {
        List<String> names = entries.stream().map(CatalogueEntry::name).toList();
        return entries.stream().filter(entry -> entry.name().equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("The catalogue " + file + " has no " + name
                        + NearestName.of(name, names)
                                .map(nearest -> "; did you mean " + nearest + "?")
                                .orElse("; it has " + String.join(", ", names))));
    }

    private static CatalogueEntry entry(String name, Configuration values) {
        return new CatalogueEntry(
                name,
                values.get(CatalogueOptions.ADDRESS),
                values.find(CatalogueOptions.SIZE).map(OptionalLong::of).orElse(OptionalLong.empty()),
                values.get(CatalogueOptions.SHA_256),
                values.get(CatalogueOptions.FAMILY),
                values.get(CatalogueOptions.LABELS),
                new Preprocessing(
                        values.get(BundleOptions.INPUT_SIZE),
                        new ResizeRule.ShorterSide(values.get(BundleOptions.RESIZE_LENGTH)),
                        values.get(BundleOptions.INTERPOLATION),
                        ChannelOrder.RGB,
                        floats(values, BundleOptions.MEAN),
                        floats(values, BundleOptions.STANDARD_DEVIATION)),
                values.get(CatalogueOptions.LICENCE),
                values.get(CatalogueOptions.SOURCE));
    }

    private static List<Float> floats(Configuration values, Option<List<Double>> option) {
        return values.get(option).stream().map(Double::floatValue).toList();
    }
}
