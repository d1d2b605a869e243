package io.flinkvision.tools.teach;

import io.flinkvision.core.image.View;
import io.flinkvision.core.teach.Example;
import io.flinkvision.core.teach.ExampleReader;
import io.flinkvision.core.teach.FeatureFile;
import io.flinkvision.core.teach.FeatureFile.Entry;
import io.flinkvision.core.teach.FeatureFile.Network;
import io.flinkvision.core.teach.LabelledPictures;
import io.flinkvision.core.teach.RegionFile;
import io.flinkvision.core.teach.TeachingException;
import io.flinkvision.core.weights.ModelException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The features beside something that was taught.
 *
 * @param file their file, which need not be there
 */
public record KeptFeatures(Path file) {

    private static final String HEAD_ENDING = ".head.safetensors";

    /**
     * Beside a head or a bundle: {@code gate.features.safetensors} beside {@code gate.head.safetensors} or the folder
     * {@code gate}. Not in that folder, all of which travels with a job.
     */
    public static KeptFeatures beside(Path taught) {
        String name = taught.toAbsolutePath().normalize().getFileName().toString();
        String title = name.endsWith(HEAD_ENDING) ? name.substring(0, name.length() - HEAD_ENDING.length()) : name;
        return new KeptFeatures(taught.resolveSibling(title + "." + FeatureFile.NAME));
    }

    /** Beside the labels of a region. */
    private static KeptFeatures in(Path folder) {
        return new KeptFeatures(folder.resolve(FeatureFile.NAME));
    }

    /** Beside a head; but if its pictures are all of a region's folder, beside them. */
    public static KeptFeatures of(Path head, Path pictures) {
        return RegionFile.in(pictures).isPresent() ? in(pictures) : beside(head);
    }

    /**
     * The features that are kept; none if there are none, or only such of another network.
     *
     * @param problems is told if the file cannot be used, since everything is then computed anew
     */
    public FeatureFile of(Network network, Consumer<String> problems) {
        try {
            return FeatureFile.find(file)
                    .filter(kept -> kept.network().equals(network))
                    .orElseGet(() -> new FeatureFile(network, List.of()));
        } catch (ModelException e) {
            problems.accept("All features are computed anew: " + e.getMessage());
            return new FeatureFile(network, List.of());
        }
    }

    /**
     * The features of what is to be taught more.
     *
     * @param taught the head or bundle, for errors
     * @param more the pictures that come
     * @throws TeachingException if there are none, or they are of another network or view than those of {@code more}
     * @throws ModelException if the file is damaged
     */
    public FeatureFile toTeachMore(Path taught, Network network, LabelledPictures more) {
        FeatureFile kept = FeatureFile.find(file).orElseThrow(() -> new TeachingException("The features of the pictures"
                + " of " + taught + " are not there: " + file + " is missing; teach from all pictures together"));
        if (!kept.network().backboneDigest().equals(network.backboneDigest())) {
            throw new TeachingException(file + " has features of the network with the SHA-256 "
                    + kept.network().backboneDigest() + ", not of the one with " + network.backboneDigest()
                    + "; give the same network with --backbone");
        }
        if (!kept.network().equals(network)) {
            throw new TeachingException(file + " has features of pictures that were prepared as "
                    + kept.network().preprocessing() + ", but now they are prepared as " + network.preprocessing()
                    + "; teach from all pictures together");
        }
        boolean areWhole = more.pictures().stream().flatMap(picture -> picture.views().stream())
                .allMatch(view -> view.view() instanceof View.Whole);
        for (Entry entry : kept.entries()) {
            if (entry.view() instanceof View.Whole != areWhole) {
                throw new TeachingException(file + " has features of " + (areWhole ? "regions" : "whole pictures")
                        + ", as of " + entry.example().source() + ", but the pictures that come are "
                        + (areWhole ? "whole pictures" : "regions") + "; teach from all pictures together");
            }
        }
        return kept;
    }

    /** Pictures that were kept and others that came later. A picture that is among both is as the later one says. */
    public static ExampleReader.Reading joined(FeatureFile kept, ExampleReader.Reading later) {
        Set<String> again = later.examples().stream().map(Example::digest).collect(Collectors.toSet());
        return new ExampleReader.Reading(
                Stream.concat(
                        kept.entries().stream().filter(entry -> !again.contains(entry.example().digest())),
                        later.pictures().stream()).toList(),
                later.leftOut(), later.known(), later.further());
    }

    /**
     * Keeps the features of what was taught, in place of those before. A head without them is complete.
     *
     * @param problems is told if they cannot be kept
     */
    public void keep(FeatureFile features, Consumer<String> problems) {
        try {
            features.writeTo(file);
        } catch (IOException | ModelException e) {
            problems.accept("The features of the pictures could not be kept in " + file + ": " + e.getMessage());
        }
    }
}
