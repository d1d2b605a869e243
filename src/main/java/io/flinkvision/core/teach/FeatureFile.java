package io.flinkvision.core.teach;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.image.Reduction;
import io.flinkvision.core.image.View;
import io.flinkvision.core.weights.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * The features of pictures that something was taught from, kept in a file, so that no picture is decoded twice and more
 * can be added without the old ones. Immutable.
 */
public final class FeatureFile {

    /** Its name beside pictures and in a bundle; beside a head it is the end of the name. */
    public static final String NAME = "features.safetensors";

    private final Network network;
    private final List<Entry> entries;
    private final Map<Key, Example> byKey = new HashMap<>();

    /**
     * Features of one network.
     *
     * @param entries at most {@link LabelledPictures#MAX_PICTURES}
     * @throws TeachingException if there are more, or the pictures have different numbers of features
     */
    public FeatureFile(Network network, List<Entry> entries) {
        this.network = Objects.requireNonNull(network, "network");
        this.entries = List.copyOf(entries);
        LabelledPictures.requireFew(entries.size());
        for (Entry entry : entries) {
            int features = entry.example().unit().length;
            if (features != features()) {
                throw new TeachingException(entry.example().source() + " has " + features + " features, but "
                        + entries.get(0).example().source() + " has " + features()
                        + "; keep features of one network");
            }
            byKey.putIfAbsent(new Key(entry.fileDigest(), entry.view()), entry.example());
        }
    }

    /**
     * The network that computes features, and its input. Others make other features of the same picture.
     *
     * @param backboneDigest SHA-256 of the network's weights, in lower-case hexadecimal
     * @param preprocessing the steps from a picture to its input, as a text; with the margin of the reduction, if any
     */
    public record Network(String backboneDigest, String preprocessing) {

        public Network {
            Objects.requireNonNull(backboneDigest, "backboneDigest");
            Objects.requireNonNull(preprocessing, "preprocessing");
        }

        /** The network of a bundle, with the default reduction. */
        public static Network of(ModelBundle bundle) {
            return of(bundle, Reduction.DEFAULT);
        }

        /** The network of a bundle; a file without a reduction has nothing of one. */
        public static Network of(ModelBundle bundle, Reduction reduction) {
            String preprocessing = bundle.preprocessing().toString();
            return new Network(bundle.backboneDigest(), reduction.equals(Reduction.NONE)
                    ? preprocessing
                    : preprocessing + " after a reduction that leaves " + reduction.margin() + " times the pixels");
        }
    }

    /**
     * A picture, or a region of one.
     *
     * @param fileDigest SHA-256 of the picture's file, in lower-case hexadecimal
     * @param view what was shown to the network
     * @param example the picture as numbers
     */
    public record Entry(String fileDigest, View view, Example example) {

        private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");

        /** @throws IllegalArgumentException if the digest is none, or the view is a crop, which no picture is kept as */
        public Entry {
            Objects.requireNonNull(view, "view");
            Objects.requireNonNull(example, "example");
            if (view instanceof View.Crop) {
                throw new IllegalArgumentException("Features are kept of whole pictures and regions, not of " + view);
            }
            if (!SHA_256.matcher(fileDigest).matches()) {
                throw new IllegalArgumentException("'" + fileDigest + "' is no SHA-256 in lower-case hexadecimal");
            }
        }
    }

    private record Key(String fileDigest, View view) {}

    /**
     * Reads a file.
     *
     * @throws ModelException if it cannot be read, is damaged, or has no features in it
     */
    public static FeatureFile read(Path file) {
        return FeatureFileFormat.read(file);
    }

    /**
     * Reads a file, if there is one.
     *
     * @throws ModelException as {@link #read}
     */
    public static Optional<FeatureFile> find(Path file) {
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS) ? Optional.of(read(file)) : Optional.empty();
    }

    /**
     * Writes the file, in place of one that is there. A reader sees the old one or the new one, never a part.
     *
     * @throws IOException if it cannot be written; what was there stays
     * @throws ModelException if the pictures' paths and labels are too long to be kept; likewise
     */
    public void writeTo(Path file) throws IOException {
        // Hidden, so that a half-written file that a crash leaves behind is no picture of a label.
        Path fresh = file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID());
        try {
            FeatureFileFormat.write(this, fresh);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    /** The network that the features are of. */
    public Network network() {
        return network;
    }

    /** The pictures, in the file's order. */
    public List<Entry> entries() {
        return entries;
    }

    /** The number of features of each picture; 0 if there is none. */
    int features() {
        return entries.isEmpty() ? 0 : entries.get(0).example().unit().length;
    }

    /**
     * A picture that looks the same to the network: its features and its fingerprint are those of the wanted one, its
     * path, label and group may be others.
     *
     * @param fileDigest SHA-256 of the picture's file, in lower-case hexadecimal
     */
    public Optional<Example> example(String fileDigest, View view) {
        return Optional.ofNullable(byKey.get(new Key(fileDigest, view)));
    }
}
