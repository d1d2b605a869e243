package io.flinkvision.tools.wall;

import io.flinkvision.core.image.ThumbnailMaker.Thumbnail;
import io.flinkvision.job.record.Classification;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * All cameras, each a key of the output topic. When there are more than fit, those go that have been silent for
 * longest. Every change has a number, the version, so that who knows the state of one version can be told what has
 * changed since. Safe for use by several threads.
 */
final class Cameras implements PictureGallery {

    /** A camera gets a new picture once a second at most. */
    private static final long PICTURE_MILLIS = 1000;

    private final int mostCameras;
    private final Predicate<String> isInputTopic;
    private final BooleanSupplier somebodyLooks;
    private final InstantSource clock;

    /** By id, the one that was heard of last at the end. */
    private final Map<String, Camera> cameras = new LinkedHashMap<>();

    /** The ids that went and the versions that they went with, the first one first. */
    private final Map<String, Long> gone = new LinkedHashMap<>();

    private long forgottenVersion;
    private long version = 1;

    /**
     * What has changed since a version.
     *
     * @param version that this leads to
     * @param whole whether this is all there is, in place of what was known before
     * @param cameras new ones and those with something new
     * @param gone ids of those that went
     * @param count of all cameras
     */
    record Changes(long version, boolean whole, List<Camera.View> cameras, List<String> gone, int count) {}

    /**
     * @param mostCameras how many are kept
     * @param isInputTopic which topics pictures may be read from, whatever an output record says
     * @param somebodyLooks whether pictures are worth the trouble
     */
    Cameras(int mostCameras, Predicate<String> isInputTopic, BooleanSupplier somebodyLooks, InstantSource clock) {
        this.mostCameras = mostCameras;
        this.isInputTopic = isInputTopic;
        this.somebodyLooks = somebodyLooks;
        this.clock = clock;
    }

    /**
     * Takes a record.
     *
     * @param time when it was written, in milliseconds since 1970-01-01T00:00Z
     */
    synchronized void add(Classification record, long time) {
        version++;
        String id = Camera.id(record.keyText());
        Camera camera = known(id).orElseGet(() -> new Camera(record.keyText()));
        // First, so that a camera that is shown has labels, whatever this fails by.
        camera.add(record, isInputTopic.test(record.source().topic()), Math.min(time, clock.millis()), version);
        cameras.remove(id);
        cameras.put(id, camera);
        gone.remove(id);
        if (cameras.size() > mostCameras) {
            String silent = cameras.keySet().iterator().next();
            cameras.remove(silent);
            gone.put(silent, version);
        }
        if (gone.size() > mostCameras) {
            forgottenVersion = gone.remove(gone.keySet().iterator().next());
        }
    }

    /** The version of a change that is kept elsewhere, so that pages are told of it as of changes here. */
    synchronized long nextVersion() {
        return ++version;
    }

    /**
     * What has changed since a version.
     *
     * @param since 0 for everything
     * @param wanted the ids of the cameras that are asked about
     */
    synchronized Changes changes(long since, Predicate<String> wanted) {
        boolean whole = since == 0 || since < forgottenVersion;
        long now = clock.millis();
        List<Camera.View> changed = cameras.values().stream()
                .filter(camera -> (whole || camera.version() > since) && wanted.test(camera.id()))
                .map(camera -> camera.view(now))
                .toList();
        List<String> left = whole ? List.of() : gone.entrySet().stream()
                .filter(entry -> entry.getValue() > since && wanted.test(entry.getKey()))
                .map(Map.Entry::getKey)
                .toList();
        return new Changes(version, whole, changed, left, cameras.size());
    }

    /** The records of one camera whose top label holds a text, the newest first; empty for an unknown id. */
    synchronized Optional<List<TimeLine.Entry>> timeLine(String id, String label) {
        return known(id).map(camera -> camera.timeLine().search(label));
    }

    /** A camera's picture and its version. */
    record Picture(long version, byte[] jpeg) {}

    /** The last thumbnail of a camera. */
    synchronized Optional<Picture> picture(String id) {
        return known(id).flatMap(camera -> camera.picture()
                .map(thumbnail -> new Picture(camera.pictureVersion(), thumbnail.jpeg())));
    }

    private Optional<Camera> known(String id) {
        return Optional.ofNullable(cameras.get(id));
    }

    @Override
    public synchronized List<PictureRequest> wanted(int most) {
        if (!somebodyLooks.getAsBoolean()) {
            return List.of();
        }
        long now = clock.millis();
        List<Camera> byAge = new ArrayList<>(cameras.values());
        byAge.sort(Comparator.comparingLong(Camera::pictureAskedAt));
        List<PictureRequest> requests = new ArrayList<>();
        for (Camera camera : byAge) {
            if (requests.size() == most) {
                break;
            }
            camera.wanted(now, PICTURE_MILLIS).ifPresent(request -> {
                camera.asked(now);
                requests.add(request);
            });
        }
        return requests;
    }

    @Override
    public synchronized void answer(PictureRequest request, Optional<Thumbnail> thumbnail) {
        known(request.holder()).ifPresent(camera -> {
            version++;
            camera.show(request, thumbnail, version);
        });
    }
}
