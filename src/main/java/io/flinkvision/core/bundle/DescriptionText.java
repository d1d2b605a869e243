package io.flinkvision.core.bundle;

import io.flinkvision.core.configuration.Option;
import io.flinkvision.core.image.Preprocessing;
import io.flinkvision.core.mobilenet.Network;
import io.flinkvision.core.mobilenet.Variant;
import java.util.ArrayList;
import java.util.List;

/** Lines of a bundle's {@code model.yaml}. */
final class DescriptionText {

    private DescriptionText() {}

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
