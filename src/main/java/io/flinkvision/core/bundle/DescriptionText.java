package io.flinkvision.core.bundle;

import io.flinkvision.core.configuration.Option;
import io.flinkvision.core.image.Preprocessing;
import io.flinkvision.core.mobilenet.Network;
import io.flinkvision.core.mobilenet.Variant;
import io.flinkvision.core.weights.ModelException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Lines of a bundle's {@code model.yaml}. */
final class DescriptionText {

    private DescriptionText() {}

    /** A comment on the bundle that a new one was taught on. */
    static String taughtOn(ModelBundle backbone) {
        return "# Taught on " + printable(backbone.name()) + ", whose weights have the SHA-256 "
                + backbone.backboneDigest() + ".";
    }

    /**
     * Checks that no licence has the name of another file of a new bundle.
     *
     * @param backbone the bundle whose licences the new one takes
     * @param own names of the new bundle's other files, besides the description and the labels
     * @throws ModelException that names the licence
     */
    static void requireOtherNames(ModelBundle backbone, Stream<String> own) {
        Stream.concat(own, Stream.of(ModelBundle.DESCRIPTION, LabelFile.NAME))
                .filter(backbone.licences()::contains)
                .findFirst()
                .ifPresent(name -> {
                    throw new ModelException("The licence " + backbone.folder().resolve(name) + " has the name of"
                            + " another file of the new bundle; rename it, and in " + ModelBundle.DESCRIPTION);
                });
    }

    /** A key and its value. */
    static <T> String line(Option<T> option, T value) {
        return option.path() + ": " + option.type().print(value);
    }

    /** The keys that say which network the tensors are of. */
    static List<String> network(Network network) {
        Variant variant = network.variant();
        return List.of(
                line(BundleOptions.FAMILY, network.family()),
                line(BundleOptions.SIZE, variant.size()),
                line(BundleOptions.WIDTH_MULTIPLIER, variant.widthMultiplier()),
                line(BundleOptions.REDUCED_TAIL, variant.reducedTail()),
                line(BundleOptions.MINIMALISTIC, variant.minimalistic()));
    }

    /** The key of the labels' file, and those from there on. */
    static List<String> labelsAndInput(List<String> licences, Preprocessing preprocessing) {
        List<String> lines = new ArrayList<>();
        lines.add(line(BundleOptions.LABELS, LabelFile.NAME));
        lines.add(line(BundleOptions.LICENCES, licences.stream().map(DescriptionText::quoted).toList()));
        lines.add("preprocessing:");
        PreprocessingText.write(preprocessing).forEach((option, text) -> lines.add(
                "  " + option.path().substring(option.path().indexOf('.') + 1) + ": " + text));
        return lines;
    }

    /** In YAML's single quotes nothing has a meaning but they themselves. */
    private static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    /** In a comment, where a name must not begin a line of its own. */
    static String printable(String name) {
        return name.replaceAll("\\p{Cntrl}", "?");
    }
}
