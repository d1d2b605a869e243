package io.flinkvision.tools.wall;

import io.flinkvision.core.head.Head;
import io.flinkvision.core.head.HeadDescription;
import io.flinkvision.core.image.ThumbnailMaker.Thumbnail;
import io.flinkvision.core.system.Sha256;
import io.flinkvision.core.teach.Example;
import io.flinkvision.tools.ToolException;
import io.flinkvision.tools.teach.Explanation;
import io.flinkvision.tools.teach.NewPicture;
import io.flinkvision.tools.teach.Proposal;
import io.flinkvision.tools.teach.Proposals;
import io.flinkvision.tools.teach.RefusedChange;
import io.flinkvision.tools.teach.RegionFolder.Change;
import io.flinkvision.tools.teach.RegionFolder.Labels;
import io.flinkvision.tools.teach.RegionFolder;
import io.flinkvision.tools.teach.SeenFrame;
import io.flinkvision.tools.teach.StoredPicture;
import io.flinkvision.tools.wall.TeachHandler.Answer;
import io.undertow.util.StatusCodes;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Answers requests for the pictures of a region: those that are worth a label, and those that have one. */
final class PictureRequests {

    /** Pictures that are in memory for one change. */
    private static final int MAX_AT_ONCE = 40;

    /** Beyond every clock that a camera may have. */
    private static final Duration AHEAD = Duration.ofDays(1);

    private final TeachingParts parts;
    private final FrameIds frames;

    PictureRequests(TeachingParts parts) {
        this.parts = parts;
        this.frames = parts.frames();
    }

    /** Pictures that are worth a label. */
    Answer proposals(TeachRequest request) {
        TaughtRegion region = parts.regions().region(request);
        Instant from = time(request, "from").orElse(Instant.EPOCH);
        Instant until = time(request, "until").orElseGet(() -> parts.now().plus(AHEAD));
        long count = request.findNumber("count").orElse(Proposals.DEFAULT_COUNT);
        if (count < 1 || count > Proposals.MAX_COUNT) {
            throw new RefusedRequestException(StatusCodes.BAD_REQUEST,
                    "From 1 to " + Proposals.MAX_COUNT + " pictures can be proposed, not " + count + ".");
        }
        List<Example> taught = region.folder().map(parts.examples()::of).orElseGet(List::of);
        Proposals.Result result = proposed(new Proposals.Request(
                region.key(), region.box(), taught, region.head(), from, until, (int) count));
        return new Answer.Json(TeachJson.proposals(
                withoutLabel(result.pictures(), region), from, until, result.earliest()).toString());
    }

    private Proposals.Result proposed(Proposals.Request request) {
        try {
            return parts.proposals().propose(request);
        } catch (ToolException e) {
            throw new RefusedRequestException(StatusCodes.SERVICE_UNAVAILABLE, e.getMessage() + ".");
        }
    }

    private static Optional<Instant> time(TeachRequest request, String name) {
        return request.findNumber(name).stream().mapToObj(Instant::ofEpochMilli).findFirst();
    }

    /**
     * Leaves out what has a label. After a restart only the capture time tells: a camera has one frame at a time. Without
     * one, such frames come last, since they look like a labelled picture.
     */
    private List<Proposal> withoutLabel(List<Proposal> proposals, TaughtRegion region) {
        List<StoredPicture> labelled = region.folder().map(RegionFolder::pictures).orElseGet(List::of);
        Set<Instant> times = labelled.stream().map(StoredPicture::at).collect(Collectors.toSet());
        Set<String> ids = labelled.stream().map(StoredPicture::id).collect(Collectors.toSet());
        return proposals.stream()
                .filter(proposal -> !times.contains(proposal.frame().capturedAt().truncatedTo(ChronoUnit.MILLIS)))
                .filter(proposal -> frames.storedId(proposal.frame().id()).filter(ids::contains).isEmpty())
                .toList();
    }

    /** Pictures that have a label. */
    Answer taught(TeachRequest request) {
        return new Answer.Json(TeachJson.taught(parts.regions().region(request).folder()
                .map(RegionFolder::pictures).orElseGet(List::of)).toString());
    }

    /** One of these pictures: its box, or the whole frame. */
    Answer picture(TeachRequest request) {
        TaughtRegion region = parts.regions().region(request);
        String id = request.text("id");
        boolean isFrame = request.findNumber("frame").orElse(0) != 0;
        Optional<StoredPicture> stored = stored(region, id);
        return new Answer.Jpeg(Sha256.of(id + " " + (isFrame ? "" : region.box())), () -> {
            byte[] bytes = bytes(region, id, stored);
            Optional<Thumbnail> made = isFrame
                    ? parts.thumbnails().frame(bytes)
                    : parts.thumbnails().box(bytes, region.box());
            return made.map(Thumbnail::jpeg).orElseThrow(PictureRequests::cannotBeDecoded);
        });
    }

    private Optional<StoredPicture> stored(TaughtRegion region, String id) {
        return region.folder().flatMap(kept ->
                kept.picture(id).or(() -> frames.storedId(id).flatMap(kept::picture)));
    }

    private byte[] bytes(TaughtRegion region, String id, Optional<StoredPicture> stored) {
        return stored.map(picture -> region.folder().orElseThrow().bytes(picture))
                .orElseGet(() -> frames.read(region.key().camera(), id).bytes());
    }

    private static RefusedRequestException cannotBeDecoded() {
        return new RefusedRequestException(StatusCodes.CONFLICT, "This picture cannot be decoded.");
    }

    /** The reasons for the answer to one of these pictures. */
    Answer why(TeachRequest request) {
        TaughtRegion region = parts.regions().region(request);
        Head head = region.head().orElseThrow(() -> new RefusedRequestException(StatusCodes.CONFLICT,
                "No head answers in this region yet, so there is nothing to explain: teach one, and publish it."));
        String id = request.text("id");
        Optional<StoredPicture> stored = stored(region, id);
        List<Example> taught = region.folder().map(parts.examples()::of).orElseGet(List::of);
        Explanation explanation = parts.network().explain(bytes(region, id, stored), region.box(), head, taught)
                .orElseThrow(PictureRequests::cannotBeDecoded);
        return new Answer.Json(TeachJson.explanation(explanation).toString());
    }

    /** Gives pictures a label, or deletes them. */
    Answer label(TeachRequest request) {
        List<String> ids = request.texts("ids").stream().distinct().toList();
        String label = request.text("label").strip();
        if (!label.isEmpty() && !HeadDescription.isName(label)) {
            throw new RefusedRequestException(StatusCodes.BAD_REQUEST, "A label has from 1 to "
                    + HeadDescription.MAX_NAME_LENGTH + " characters, none of them a control character.");
        }
        TaughtRegion region = parts.regions().region(request);
        RegionFolder kept = parts.regions().folder(region, request.user());
        List<String> changed = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        List<Labels> undo = new ArrayList<>();
        for (int from = 0; from < ids.size(); from += MAX_AT_ONCE) {
            try {
                Wanted wanted = wanted(kept, ids.subList(from, Math.min(ids.size(), from + MAX_AT_ONCE)));
                missing.addAll(wanted.missing());
                if (!wanted.byStoredId().isEmpty()) {
                    Change change = kept.label(new Labels(List.copyOf(wanted.byStoredId().keySet()), label),
                            id -> Optional.ofNullable(wanted.others().get(id)), request.user());
                    changed.addAll(change.ids());
                    undo.addAll(0, change.undo().stream().map(wanted::named).toList());
                }
            } catch (RefusedRequestException | RefusedChange e) {
                if (changed.isEmpty()) {
                    throw e;
                }
                throw new RefusedRequestException(StatusCodes.CONFLICT, "Only " + changed.size() + " of " + ids.size()
                        + " pictures are changed. " + e.getMessage());
            }
        }
        if (missing.size() == ids.size()) {
            throw new RefusedRequestException(StatusCodes.NOT_FOUND,
                    "Retention has deleted " + (ids.size() == 1 ? "this picture" : "these pictures") + " from the topic.");
        }
        return new Answer.Json(
                TeachJson.labelled(kept.counts(ZoneId.systemDefault()), changed, missing, undo).toString());
    }

    /**
     * The pictures of a request.
     *
     * @param byStoredId the ids by which the request names them, by those under which they are or will be stored
     * @param others those that are not stored, by the latter
     * @param missing the ids of frames that retention has deleted
     */
    private record Wanted(Map<String, String> byStoredId, Map<String, NewPicture> others, List<String> missing) {

        /** Where something is taken back, the page knows its pictures by the ids that it sent. */
        private Labels named(Labels step) {
            return new Labels(step.ids().stream().map(id -> byStoredId.getOrDefault(id, id)).toList(), step.label());
        }
    }

    private Wanted wanted(RegionFolder kept, List<String> ids) {
        Map<String, String> byStoredId = new LinkedHashMap<>();
        List<String> frameIds = new ArrayList<>();
        for (String id : ids) {
            Optional<String> stored = kept.picture(id).map(StoredPicture::id)
                    .or(() -> frames.storedId(id));
            // One that was deleted a moment ago can still be brought back by its id.
            if (stored.filter(it -> kept.picture(it).isPresent()).isPresent() || !isFrame(id)) {
                byStoredId.put(stored.orElse(id), id);
            } else {
                frameIds.add(id);
            }
        }
        Map<String, NewPicture> others = new HashMap<>();
        List<String> missing = List.of();
        if (!frameIds.isEmpty()) {
            FrameIds.Frames read = frames.read(kept.key().camera(), frameIds);
            read.found().forEach((id, picture) -> {
                byStoredId.put(picture.id().toString(), id);
                others.put(picture.id().toString(), picture);
            });
            missing = read.gone();
        }
        return new Wanted(byStoredId, others, missing);
    }

    private static boolean isFrame(String id) {
        return SeenFrame.source(id).isPresent();
    }
}
