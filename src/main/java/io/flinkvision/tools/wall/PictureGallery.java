package io.flinkvision.tools.wall;

import io.flinkvision.core.image.ThumbnailMaker.Thumbnail;
import java.util.List;
import java.util.Optional;

/** What shows pictures, and says which it lacks. Safe for use by several threads. */
interface PictureGallery {

    /**
     * The pictures that are lacking, the most urgent first; none while nobody looks.
     *
     * @param most how many at the most
     */
    List<PictureRequest> wanted(int most);

    /**
     * Takes the answer to a request.
     *
     * @param thumbnail empty where the record is gone, or holds nothing that can be shown
     */
    void answer(PictureRequest request, Optional<Thumbnail> thumbnail);
}
