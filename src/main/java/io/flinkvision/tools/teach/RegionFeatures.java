package io.flinkvision.tools.teach;

import io.flinkvision.core.image.RegionBox;
import io.flinkvision.core.image.View;
import io.flinkvision.core.teach.Example;
import io.flinkvision.core.teach.FeatureFile;
import io.flinkvision.core.weights.ModelException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The features of a region's pictures, which can be computed again at any time. */
final class RegionFeatures {

    private final Path file;
    private final Storage storage;

    RegionFeatures(Path folder, Storage storage) {
        this.file = folder.resolve(FeatureFile.NAME);
        this.storage = storage;
    }

    /** What is known; nothing if the file is damaged. */
    Optional<FeatureFile> read() {
        try {
            return FeatureFile.find(file);
        } catch (ModelException e) {
            return Optional.empty();
        }
    }

    /** Replaces all that is known. */
    void write(FeatureFile features) {
        if (features.entries().isEmpty()) {
            storage.delete(file);
        } else {
            storage.write(file, features);
        }
    }

    /** Forgets pictures by the SHA-256 of their files; and all of a damaged file, of which nobody knows whose it is. */
    void remove(Set<String> fileDigests) {
        Optional<FeatureFile> features = read();
        if (features.isEmpty()) {
            storage.delete(file);
            return;
        }
        List<FeatureFile.Entry> rest = features.get().entries().stream()
                .filter(entry -> !fileDigests.contains(entry.fileDigest()))
                .toList();
        if (rest.size() < features.get().entries().size()) {
            write(new FeatureFile(features.get().network(), rest));
        }
    }

    /** The known ones of some pictures, with these pictures' labels and their ids as sources. */
    List<Example> examples(List<StoredPicture> pictures, RegionBox box) {
        Map<String, StoredPicture> byFile = new HashMap<>();
        for (StoredPicture picture : pictures) {
            byFile.put(PictureId.parse(picture.id()).map(PictureId::digest).orElse(picture.id()), picture);
        }
        View view = new View.Region(box);
        List<Example> examples = new ArrayList<>();
        for (FeatureFile.Entry entry : read().map(FeatureFile::entries).orElse(List.of())) {
            Example example = entry.example();
            Optional.ofNullable(byFile.get(entry.fileDigest().substring(0, PictureId.DIGEST_LENGTH)))
                    .or(() -> Optional.ofNullable(byFile.get(example.source())))
                    .filter(picture -> entry.view().equals(view))
                    .ifPresent(picture -> examples.add(new Example(picture.id(), picture.label(), example.group(),
                            example.digest(), example.fingerprint(), example.unit())));
        }
        return examples;
    }
}
