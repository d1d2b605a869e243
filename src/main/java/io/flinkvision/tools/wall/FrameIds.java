package io.flinkvision.tools.wall;

import io.flinkvision.job.record.RecordCoordinates;
import io.flinkvision.tools.teach.FrameLookup;
import io.flinkvision.tools.teach.FrameOutcome;
import io.flinkvision.tools.teach.NewPicture;
import io.flinkvision.tools.teach.SeenFrame;
import io.undertow.util.StatusCodes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the frames that pages name by the coordinates of their records, and remembers under which id each is stored, so
 * that it can be named likewise when it has a label. Thread-safe.
 */
final class FrameIds {

    private static final int MAX_REMEMBERED = 20_000;

    private final FrameLookup frames;

    /** The ids of stored pictures by those of frames, the oldest first. */
    private final Map<String, String> stored = new LinkedHashMap<>();

    FrameIds(FrameLookup frames) {
        this.frames = frames;
    }

    /**
     * Frames.
     *
     * @param found by their ids
     * @param gone the ids of those that retention has deleted
     */
    record Frames(Map<String, NewPicture> found, List<String> gone) {}

    /** The id under which a frame is stored, or would be; empty if it was not read since the start, or is no frame. */
    synchronized Optional<String> storedId(String frame) {
        return Optional.ofNullable(stored.get(frame));
    }

    private synchronized void remember(String frame, String id) {
        stored.put(frame, id);
        if (stored.size() > MAX_REMEMBERED) {
            stored.remove(stored.keySet().iterator().next());
        }
    }

    /**
     * Reads a frame of a camera.
     *
     * @throws RefusedRequestException if there is none
     */
    NewPicture read(String camera, String id) {
        return Optional.ofNullable(read(camera, List.of(id)).found().get(id)).orElseThrow(() ->
                new RefusedRequestException(StatusCodes.NOT_FOUND, "Retention has deleted this picture from the topic."));
    }

    /**
     * Reads frames of a camera.
     *
     * @throws RefusedRequestException if one is none of this camera, or cannot be read now
     */
    Frames read(String camera, Collection<String> ids) {
        Map<String, RecordCoordinates> records = new LinkedHashMap<>();
        ids.forEach(id -> records.put(id, SeenFrame.source(id).orElseThrow(() -> missing())));
        Map<RecordCoordinates, FrameOutcome> outcomes = frames.read(records.values());
        Map<String, NewPicture> found = new LinkedHashMap<>();
        List<String> gone = new ArrayList<>();
        records.forEach((id, record) -> picture(camera, outcomes.get(record)).ifPresentOrElse(picture -> {
            found.put(id, picture);
            remember(id, picture.id().toString());
        }, () -> gone.add(id)));
        return new Frames(found, gone);
    }

    private static Optional<NewPicture> picture(String camera, FrameOutcome outcome) {
        if (outcome instanceof FrameOutcome.Found found) {
            if (!found.camera().equals(Optional.of(camera))) {
                throw missing();
            }
            return Optional.of(new NewPicture(found.capturedAt(), found.bytes(), Optional.empty()));
        }
        if (outcome instanceof FrameOutcome.Refused refused) {
            throw new RefusedRequestException(StatusCodes.CONFLICT, "This picture cannot be used: " + refused.reason() + ".");
        }
        if (outcome instanceof FrameOutcome.Delayed delayed) {
            throw new RefusedRequestException(StatusCodes.SERVICE_UNAVAILABLE,
                    "The picture could not be read now; try again: " + delayed.reason() + ".");
        }
        return Optional.empty();
    }

    private static RefusedRequestException missing() {
        return new RefusedRequestException(StatusCodes.NOT_FOUND, "The camera has no such picture.");
    }
}
