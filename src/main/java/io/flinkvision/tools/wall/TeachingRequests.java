package io.flinkvision.tools.wall;

import io.flinkvision.tools.teach.Heads;
import io.flinkvision.tools.teach.RegionFolder;
import io.flinkvision.tools.wall.TeachHandler.Answer;
import java.util.Optional;

/** Answers requests to teach the head of a region. */
final class TeachingRequests {

    private final TeachingParts parts;

    TeachingRequests(TeachingParts parts) {
        this.parts = parts;
    }

    /** Starts to teach. */
    Answer teach(TeachRequest request) {
        TaughtRegion region = parts.regions().region(request);
        RegionFolder kept = parts.regions().folder(region, request.user());
        parts.teacher().start(kept, region.head(), request.user());
        return state(request);
    }

    /** How far it is. */
    Answer state(TeachRequest request) {
        TaughtRegion region = parts.regions().region(request);
        Optional<String> candidate = region.folder()
                .flatMap(kept -> kept.heads().candidate())
                .map(Heads.Entry::digest);
        return new Answer.Json(TeachJson.state(parts.teacher().state(region.key()), candidate,
                file -> region.folder().map(kept -> kept.id(file)).orElse(file)).toString());
    }
}
