package io.flinkvision.core.teach;

import io.flinkvision.core.image.View;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A file with a picture to teach from.
 *
 * @param file it
 * @param source its path below the folder, for people
 * @param views what is taught of it, at least one
 */
public record LabelledPicture(Path file, String source, List<LabelledView> views) {

    public LabelledPicture {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(source, "source");
        views = List.copyOf(views);
        if (views.isEmpty()) {
            throw new IllegalArgumentException("Nothing is taught of " + source);
        }
    }

    /**
     * The whole picture, or a region of it.
     *
     * @param view which
     * @param region the region's name; empty for the whole picture
     * @param label the right answer
     * @param group see {@link Example#group}
     */
    public record LabelledView(View view, Optional<String> region, String label, Optional<String> group) {

        public LabelledView {
            Objects.requireNonNull(view, "view");
            Objects.requireNonNull(region, "region");
            Objects.requireNonNull(label, "label");
            Objects.requireNonNull(group, "group");
        }
    }

    /** The path below the folder and the region of a view, for people. */
    public String source(LabelledView view) {
        return view.region().map(region -> source + " " + region).orElse(source);
    }
}
