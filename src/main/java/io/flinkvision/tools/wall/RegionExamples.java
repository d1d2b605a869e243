package io.flinkvision.tools.wall;

import io.flinkvision.core.head.Backbone;
import io.flinkvision.core.image.RegionBox;
import io.flinkvision.core.image.View;
import io.flinkvision.core.teach.Example;
import io.flinkvision.tools.teach.BoxFeatures;
import io.flinkvision.tools.teach.BoxNetwork;
import io.flinkvision.tools.teach.RefusedChange;
import io.flinkvision.tools.teach.RegionFolder;
import io.flinkvision.tools.teach.StoredPicture;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The labelled pictures of regions as the network sees them: as the folder has their features, and for those that were
 * labelled since the last teaching from the pictures. Thread-safe.
 */
final class RegionExamples {

    /** Pictures that were labelled since the last teaching, of which one request sees so many. */
    private static final int MAX_SEEN = 200;

    /** Pictures whose features are kept, some 12 MB. */
    private static final int MAX_KEPT = 5_000;

    private final Backbone backbone;
    private final BoxNetwork boxes;

    /** In the order of their last use. */
    private final Map<Key, BoxFeatures> kept = new LinkedHashMap<>(16, 0.75f, true);

    /** A picture of that name may be another one later, where somebody changes files by hand. */
    private record Key(String id, Instant at, RegionBox box) {}

    RegionExamples(Backbone backbone, BoxNetwork boxes) {
        this.backbone = backbone;
        this.boxes = boxes;
    }

    /** The pictures of a region, with their ids as sources. Of many new ones the latest are among them. */
    List<Example> of(RegionFolder region) {
        // A job that has another model than before cannot use the features of that one.
        Map<String, Example> known = region.examples().stream()
                .filter(example -> example.unit().length == backbone.features())
                .collect(Collectors.toMap(Example::source, Function.identity(), (one, other) -> one));
        List<Example> examples = new ArrayList<>();
        int seen = 0;
        for (StoredPicture picture : region.pictures()) {
            Optional<Example> example = Optional.ofNullable(known.get(picture.id()));
            if (example.isEmpty() && seen < MAX_SEEN) {
                seen++;
                example = seen(region, picture);
            }
            example.ifPresent(examples::add);
        }
        return examples;
    }

    private Optional<Example> seen(RegionFolder region, StoredPicture picture) {
        RegionBox box = region.box();
        Key key = new Key(region.key() + " " + picture.id(), picture.at(), box);
        return find(key).or(() -> compute(region, picture, key)).map(features -> example(features, picture, box));
    }

    private synchronized Optional<BoxFeatures> find(Key key) {
        return Optional.ofNullable(kept.get(key));
    }

    private Optional<BoxFeatures> compute(RegionFolder region, StoredPicture picture, Key key) {
        try {
            Optional<BoxFeatures> features = boxes.features(region.bytes(picture), key.box());
            features.ifPresent(found -> keep(key, found));
            return features;
        } catch (RefusedChange e) {
            // Somebody has just deleted it.
            return Optional.empty();
        }
    }

    private synchronized void keep(Key key, BoxFeatures features) {
        kept.put(key, features);
        if (kept.size() > MAX_KEPT) {
            kept.remove(kept.keySet().iterator().next());
        }
    }

    private static Example example(BoxFeatures features, StoredPicture picture, RegionBox box) {
        return new Example(picture.id(), picture.label(), Optional.empty(),
                Example.digest(features.fileDigest(), new View.Region(box)), features.fingerprint(), features.unit());
    }
}
