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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The labelled pictures of regions as the network sees them: as the folder has their features, and for those that were
 * labelled since the last teaching from the pictures.
 */
final class RegionExamples {

    /** Pictures that are decoded for one request. */
    private static final int MAX_DECODED = 100;

    private final Backbone backbone;
    private final BoxNetwork boxes;

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
        int decoded = 0;
        for (StoredPicture picture : region.pictures()) {
            Optional<Example> example = Optional.ofNullable(known.get(picture.id()));
            if (example.isEmpty() && decoded < MAX_DECODED) {
                decoded++;
                example = seen(region, picture);
            }
            example.ifPresent(examples::add);
        }
        return examples;
    }

    private Optional<Example> seen(RegionFolder region, StoredPicture picture) {
        RegionBox box = region.box();
        try {
            return boxes.features(region.bytes(picture), box).map(features -> example(features, picture, box));
        } catch (RefusedChange e) {
            // Somebody has just deleted it.
            return Optional.empty();
        }
    }

    private static Example example(BoxFeatures features, StoredPicture picture, RegionBox box) {
        return new Example(picture.id(), picture.label(), Optional.empty(),
                Example.digest(features.fileDigest(), new View.Region(box)), features.fingerprint(), features.unit());
    }
}
