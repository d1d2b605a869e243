package io.flinkvision.tools.wall;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinkvision.core.head.Head;
import io.flinkvision.core.image.RegionBox;
import io.flinkvision.job.record.Region;
import io.flinkvision.job.record.RegionKey;
import io.flinkvision.tools.teach.RegionFolder;
import io.flinkvision.tools.teach.TeachingFolder;
import io.flinkvision.tools.wall.TeachHandler.Answer;
import io.undertow.util.StatusCodes;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;

/**
 * Answers requests for regions, and for the heads that are published for them. Changes come one after another, so that
 * the folder and the topic have the same one as the last.
 */
final class RegionRequests {

    private static final String WITHOUT_HEAD =
            "This region is answered by the classes of the job's model until a head is taught and published.";
    private static final String NOT_APPLIED =
            "The job does not answer in this region; its pictures are kept. Draw it again to have it answered.";
    private static final String OF_ALL_CAMERAS =
            "This is a region of all cameras. Moving it, or publishing a head, makes one of this camera alone.";
    private static final String MOVED =
            "Its head was taught for the box before, so teach it again.";

    private final TaughtRegions regions;
    private final TopicRegions topic;
    private final TeachingFolder folder;

    RegionRequests(TaughtRegions regions, TopicRegions topic, TeachingFolder folder) {
        this.regions = regions;
        this.topic = topic;
        this.folder = folder;
    }

    /** The regions of a camera. */
    Answer list(TeachRequest request) {
        return list(regions.camera(request), Optional.empty());
    }

    private Answer list(String camera, Optional<RegionKey> moved) {
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        ArrayNode list = result.putArray("regions");
        for (TaughtRegion region : regions.of(camera)) {
            ObjectNode node = list.addObject()
                    .put("name", region.key().region())
                    .put("declared", region.applied().isPresent());
            node.set("box", TeachJson.box(region.box()));
            region.head().ifPresent(head -> node.set("head", TeachJson.head(head)));
            node.set("labels", TeachJson.counts(
                    region.folder().map(kept -> kept.counts(ZoneId.systemDefault())).orElseGet(List::of)));
            node.put("previous", region.folder().filter(RegionRequests::hasPrevious).isPresent());
            remark(region, moved).ifPresent(remark -> node.put("remark", remark));
        }
        return new Answer.Json(result.toString());
    }

    private static boolean hasPrevious(RegionFolder kept) {
        return kept.heads().published().size() > 1;
    }

    private static Optional<String> remark(TaughtRegion region, Optional<RegionKey> moved) {
        if (region.applied().isEmpty()) {
            return Optional.of(NOT_APPLIED);
        }
        if (region.head().isPresent() && moved.equals(Optional.of(region.key()))) {
            return Optional.of(MOVED);
        }
        if (region.isOfAllCameras()) {
            return Optional.of(OF_ALL_CAMERAS);
        }
        return region.head().isPresent() ? Optional.empty() : Optional.of(WITHOUT_HEAD);
    }

    /** Draws a region, moves one, or gives one another name. A head stays with it. */
    synchronized Answer put(TeachRequest request) {
        RegionKey key = regions.key(request, "name");
        RegionBox box = request.box("box");
        Optional<RegionKey> before = request.findText("was").map(was -> regions.key(request, "was"))
                .filter(was -> !was.equals(key));
        Optional<TaughtRegion> old = before.isPresent()
                ? Optional.of(renamed(before.get(), key, request.user()))
                : regions.find(key);
        if (before.isEmpty()) {
            topic.requireRoom(key);
        }
        folder.put(key, box, request.user());
        Optional<Region> applied = old.flatMap(TaughtRegion::applied);
        topic.publish(new Region(key, box, applied.flatMap(Region::every), applied.flatMap(Region::head)));
        before.ifPresent(topic::remove);
        return list(key.camera(), old.filter(region -> !region.box().equals(box)).map(region -> key));
    }

    private TaughtRegion renamed(RegionKey before, RegionKey key, String user) {
        TaughtRegion old = regions.find(before).orElseThrow(() -> new RefusedRequestException(
                StatusCodes.NOT_FOUND, "The camera has no region '" + before.region() + "'."));
        requireRemovable(old, "renamed");
        if (regions.find(key).isPresent()) {
            throw new RefusedRequestException(StatusCodes.CONFLICT,
                    "The camera has a region '" + key.region() + "' already.");
        }
        if (old.folder().isPresent()) {
            folder.rename(before, key.region(), user);
        }
        return old;
    }

    /** A region of which only pictures are left can be: it is not in the topic, or the job refuses it there. */
    private static void requireRemovable(TaughtRegion region, String change) {
        if (region.applied().isPresent() && !region.isOfTheTopic()) {
            throw new RefusedRequestException(StatusCodes.CONFLICT, "The region '" + region.key().region() + "' cannot be "
                    + change + " here: it is " + (region.isOfAllCameras() ? "one of all cameras" : "in the job file")
                    + ".");
        }
    }

    /** Takes a region from the job. What was labelled is kept, unless its deletion is asked for too. */
    synchronized Answer remove(TeachRequest request) {
        TaughtRegion region = regions.region(request);
        boolean withPictures = request.findFlag("pictures");
        if (region.applied().isPresent() || !withPictures) {
            requireRemovable(region, "removed");
            topic.remove(region.key());
            folder.log(request.user(), "removed the region " + region.key());
        }
        if (withPictures && region.folder().isPresent()) {
            folder.delete(region.key(), request.user());
        }
        return list(region.key().camera(), Optional.empty());
    }

    /** Lets a head that was taught here answer in its region. */
    synchronized Answer publish(TeachRequest request) {
        TaughtRegion region = regions.region(request);
        Optional<Duration> every = region.applied().flatMap(Region::every);
        return published(regions.folder(region, request.user()).heads()
                .publish(request.text("digest"), every, topic::publish, request.user()));
    }

    /** Lets the head before the last published one answer again. */
    synchronized Answer back(TeachRequest request) {
        TaughtRegion region = regions.region(request);
        Optional<Duration> every = region.applied().flatMap(Region::every);
        return published(regions.folder(region, request.user()).heads().back(every, topic::publish, request.user()));
    }

    private static Answer published(Head head) {
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        result.set("head", TeachJson.head(head));
        return new Answer.Json(result.toString());
    }
}
