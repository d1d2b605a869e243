package io.flinkvision.tools.teach;

import io.flinkvision.core.image.ThumbnailMaker.Thumbnail;
import java.util.Optional;

/** Where a report's thumbnails come from. */
@FunctionalInterface
public interface ReportPictures {

    /** Pixels of the longer side of a thumbnail. */
    int LONGER_SIDE = 192;

    /**
     * A small picture of what was taught.
     *
     * @param source as {@link io.flinkvision.core.teach.Example#source} has it
     * @return empty if the picture is not there, or cannot be read
     */
    Optional<Thumbnail> thumbnail(String source);
}
