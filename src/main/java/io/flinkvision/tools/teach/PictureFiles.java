package io.flinkvision.tools.teach;

import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.core.image.ThumbnailMaker;
import io.flinkvision.core.image.ThumbnailMaker.Thumbnail;
import io.flinkvision.core.image.View;
import io.flinkvision.core.teach.LabelledPicture;
import io.flinkvision.core.teach.LabelledPictures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Thumbnails of the files that were taught from, each read when it is asked for. Owns native memory; not thread-safe.
 */
public final class PictureFiles implements ReportPictures, AutoCloseable {

    private record Shown(Path file, View view) {}

    private final DecodeLimits limits;
    private final ThumbnailMaker thumbnails;
    private final Map<String, Shown> bySource = new HashMap<>();

    /** @param limits files and pictures beyond them have no thumbnail */
    public PictureFiles(LabelledPictures pictures, DecodeLimits limits) {
        for (LabelledPicture picture : pictures.pictures()) {
            picture.views().forEach(view ->
                    bySource.putIfAbsent(picture.source(view), new Shown(picture.file(), view.view())));
        }
        this.limits = limits;
        this.thumbnails = new ThumbnailMaker(limits, LONGER_SIDE);
    }

    @Override
    public Optional<Thumbnail> thumbnail(String source) {
        Shown shown = bySource.get(source);
        if (shown == null) {
            return Optional.empty();
        }
        try {
            return Files.size(shown.file) > limits.maxBytes() ? Optional.empty()
                    : thumbnails.make(Files.readAllBytes(shown.file), shown.view);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Releases the native memory; a second call does nothing. */
    @Override
    public void close() {
        thumbnails.close();
    }
}
