package io.flinkvision.core.bundle;

import io.flinkvision.core.weights.ModelException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * The thousand classes of ImageNet's challenge (Russakovsky et al. 2015), in the order of their synsets, which is that
 * of all networks trained on them.
 *
 * @param synsets WordNet's identifiers: {@code n02101006}
 * @param names each class's names, the first the most usual: {@code pug, pug-dog}
 */
public record ImageNetLabels(List<String> synsets, List<String> names) {

    /** TensorFlow's networks keep class 0 for what is none of them. */
    public static final String BACKGROUND = "background";

    private static final String RESOURCE = "imagenet-1k.txt";

    public ImageNetLabels {
        synsets = List.copyOf(synsets);
        names = List.copyOf(names);
    }

    /** Those that ship with the project. */
    public static ImageNetLabels load() {
        try (InputStream in = ImageNetLabels.class.getResourceAsStream(RESOURCE);
                BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            List<String> lines = reader.lines().toList();
            return new ImageNetLabels(
                    lines.stream().map(line -> line.substring(0, line.indexOf(' '))).toList(),
                    lines.stream().map(line -> line.substring(line.indexOf(' ') + 1)).toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The labels of a network with that number of classes.
     *
     * @param classes 1000, or 1001 with {@link #BACKGROUND} first
     * @throws ModelException if it is another number
     */
    public List<String> of(int classes) {
        if (classes == names.size()) {
            return names;
        }
        if (classes == names.size() + 1) {
            return Stream.concat(Stream.of(BACKGROUND), names.stream()).toList();
        }
        throw new ModelException("ImageNet has " + names.size() + " classes (" + (names.size() + 1)
                + " with a background), but the network has " + classes);
    }

    /**
     * The class of a synset in a network with that number of classes.
     *
     * @return empty if there is no such synset, or the network is not one of ImageNet's
     */
    public OptionalInt indexOf(String synset, int classes) {
        int index = synsets.indexOf(synset);
        int before = classes - names.size();
        return index < 0 || before < 0 || before > 1 ? OptionalInt.empty() : OptionalInt.of(index + before);
    }
}
