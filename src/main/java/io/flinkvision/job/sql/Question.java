package io.flinkvision.job.sql;

import io.flinkvision.core.image.RegionBox;
import io.flinkvision.core.image.View;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a model is asked of each picture.
 *
 * @param labels what answers
 * @param picture what it sees of the picture
 * @param isAboutPicture whether there is a question about {@code picture}, not only about the regions
 * @param regions further boxes, by their names
 */
record Question(LabelSource labels, View picture, boolean isAboutPicture, SortedMap<String, RegionBox> regions)
        implements Serializable {

    private static final long serialVersionUID = 1L;

    /** @throws IllegalArgumentException if nothing is asked */
    Question {
        Objects.requireNonNull(labels, "labels");
        Objects.requireNonNull(picture, "picture");
        regions = Collections.unmodifiableSortedMap(new TreeMap<>(regions));
        if (!isAboutPicture && regions.isEmpty()) {
            throw new IllegalArgumentException("A question must be about the picture or a region of it");
        }
    }

    /** The classes of a model for whole pictures. */
    static Question classes() {
        return new Question(new LabelSource.Classes(), View.WHOLE, true, new TreeMap<>());
    }

    /** What is shown to the network: the picture first if the question is about it, then the regions. */
    List<View> views() {
        List<View> views = new ArrayList<>(1 + regions.size());
        if (isAboutPicture) {
            views.add(picture);
        }
        regions.values().forEach(box -> views.add(new View.Region(box)));
        return views;
    }
}
