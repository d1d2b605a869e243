package io.flinkvision.tools.cli;

import io.flinkvision.core.bundle.ImageNetLabels;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.function.BiPredicate;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Finds the label that the name of a folder or file means.
 *
 * <p>A label may be a list of names, as ImageNet's are: {@code pug, pug-dog}. The first of these rules that matches any
 * label decides: the name equals the label; it equals one of the label's names; the same two, ignoring case and
 * everything but letters and digits, so that {@code gordon-setter} matches {@code Gordon setter}. Underscores count as
 * spaces. An ImageNet synset in front, as in {@code n02012849_crane}, decides alone if the labels are ImageNet's, two of
 * which are {@code crane}.
 */
final class LabelMatcher {

    private static final Pattern SYNSET = Pattern.compile("(n[0-9]{8})(?:_(.*))?");

    /** The number of a picture within its class: {@code meal_1}, {@code meal-02}, {@code meal (3)}. */
    private static final Pattern COUNTER = Pattern.compile("[ _.-]*(\\([0-9]+\\)|[0-9]+)$");

    private final List<String> labels;
    private final ImageNetLabels imageNet = ImageNetLabels.load();

    LabelMatcher(List<String> labels) {
        this.labels = List.copyOf(labels);
    }

    /**
     * The classes that a folder's name may mean.
     *
     * @return one, or none, or several if the name is ambiguous
     */
    List<Integer> ofFolder(String name) {
        Matcher synset = SYNSET.matcher(name);
        if (!synset.matches()) {
            return ofText(name);
        }
        OptionalInt index = ofSynset(synset.group(1));
        return index.isPresent() ? List.of(index.getAsInt()) : ofText(synset.group(2) == null ? name : synset.group(2));
    }

    /** The classes that a file's name may mean, without its extension, and with or without a trailing number. */
    List<Integer> ofFile(String name) {
        String stem = name.contains(".") ? name.substring(0, name.lastIndexOf('.')) : name;
        List<Integer> whole = ofFolder(stem);
        return whole.isEmpty() ? ofFolder(COUNTER.matcher(stem).replaceFirst("")) : whole;
    }

    /** Empty if the label at the synset's index has none of its names, as the labels are not ImageNet's then. */
    private OptionalInt ofSynset(String synset) {
        OptionalInt index = imageNet.indexOf(synset, labels.size());
        if (index.isEmpty()) {
            return index;
        }
        List<String> names = names(imageNet.names().get(imageNet.synsets().indexOf(synset)))
                .map(LabelMatcher::plain).toList();
        return names(labels.get(index.getAsInt())).map(LabelMatcher::plain).anyMatch(names::contains)
                ? index
                : OptionalInt.empty();
    }

    private List<Integer> ofText(String text) {
        String spaced = text.replace('_', ' ').strip();
        if (plain(spaced).isEmpty()) {
            return List.of();
        }
        BiPredicate<String, UnaryOperator<String>> isLabel =
                (label, form) -> form.apply(label).equals(form.apply(spaced));
        BiPredicate<String, UnaryOperator<String>> isName =
                (label, form) -> names(label).anyMatch(name -> form.apply(name).equals(form.apply(spaced)));
        return Stream.<UnaryOperator<String>>of(LabelMatcher::spaced, LabelMatcher::plain)
                .flatMap(form -> Stream.of(isLabel, isName).map(rule -> IntStream.range(0, labels.size())
                        .filter(i -> rule.test(labels.get(i), form))
                        .boxed()
                        .toList()))
                .filter(found -> !found.isEmpty())
                .findFirst()
                .orElse(List.of());
    }

    private static Stream<String> names(String label) {
        return Stream.of(label.split(",")).map(String::strip);
    }

    private static String spaced(String name) {
        return name.replace('_', ' ');
    }

    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]+", " ").strip();
    }
}
