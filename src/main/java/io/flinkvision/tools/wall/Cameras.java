package io.flinkvision.tools.wall;

import io.flinkvision.core.image.ThumbnailMaker.Thumbnail;
import io.flinkvision.job.event.Present;
import io.flinkvision.job.record.Classification;
import io.flinkvision.job.record.PictureOrigin;
import io.flinkvision.job.record.RecordCoordinates;
import io.flinkvision.job.record.RegionKey;
import io.flinkvision.tools.wall.Camera.PicturePlace;
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
 * All cameras, each a key of the output topic; beyond the limit, those that have been silent for longest are dropped.
 * Every change has a number, the version, so that a page that knows one version can be sent the changes since.
 * Thread-safe.
 */
final class Cameras implements PictureFetcher.Gallery {

    /** Minimum time between two pictures of a camera. */
    private static final long PICTURE_MILLIS = 1000;

    private final int maxCameras;
    private final Predicate<String> isInputTopic;
    private final boolean hasPictureTopic;
    private final BooleanSupplier hasViewers;
    private final InstantSource clock;

    /** By id, the one with the newest record at the end. */
    private final Map<String, Camera> cameras = new LinkedHashMap<>();

    /** The ids that were dropped, and the version at which each was, in that order. */
    private final Map<String, Long> gone = new LinkedHashMap<>();

    /** The last pictures on the topic of pictures by camera, also of those without labels yet; the newest at the end. */
    private final Map<String, RecordCoordinates> pictures = new LinkedHashMap<>();

    private long forgottenVersion;
    private long version = 1;

    /**
     * The changes since a version.
     *
     * @param version that they lead to
     * @param whole whether they replace everything that was known before
     * @param cameras new and changed ones
     * @param gone ids of dropped ones
     * @param count of all cameras
     */
    record Changes(long version, boolean whole, List<Camera.View> cameras, List<String> gone, int count) {}

    /**
     * @param isInputTopic selects the topics that pictures may be read from, whatever an output record names
     * @param hasPictureTopic whether the pictures of a job that reads cameras itself are on a topic
     * @param hasViewers whether any page is open; pictures are only read for viewers
     */
    Cameras(int maxCameras, Predicate<String> isInputTopic, boolean hasPictureTopic, BooleanSupplier hasViewers,
            InstantSource clock) {
        this.maxCameras = maxCameras;
        this.isInputTopic = isInputTopic;
        this.hasPictureTopic = hasPictureTopic;
        this.hasViewers = hasViewers;
        this.clock = clock;
    }

    /** @param time when the record was written, in milliseconds since 1970-01-01T00:00Z */
    synchronized void add(Classification record, long time) {
        version++;
        String id = Camera.id(record.keyText());
        Camera camera = known(id).orElseGet(() -> withState(new Camera(record.keyText())));
        // First, so that a camera that is shown has labels even if this fails.
        camera.add(record, picture(record.source(), id), Math.min(time, clock.millis()), version);
        cameras.remove(id);
        cameras.put(id, camera);
        gone.remove(id);
        if (cameras.size() > maxCameras) {
            String silent = cameras.keySet().iterator().next();
            cameras.remove(silent);
            gone.put(silent, version);
        }
        forgetGone();
    }

    /**
     * Takes the state of a camera or of a region, which makes the camera known before its first record; if there are too
     * many already, it is not. A key with a slash is a region's, unless it is that of a camera with records.
     *
     * @param key of the state; empty text for pictures without a key
     * @param state empty once the camera is forgotten
     */
    synchronized void addState(String key, Optional<Present> state) {
        int separator = key.lastIndexOf(RegionKey.SEPARATOR);
        boolean isRegion = separator >= 0 && !isKnown(Camera.id(Optional.of(key)));
        Optional<String> camera = Optional.of(isRegion ? key.substring(0, separator) : key)
                .filter(name -> !name.isEmpty());
        String id = Camera.id(camera);
        if (!cameras.containsKey(id)) {
            if (state.isEmpty() || cameras.size() >= maxCameras) {
                return;
            }
            cameras.put(id, new Camera(camera));
            gone.remove(id);
        }
        Camera known = cameras.get(id);
        if (known.states().put(isRegion ? key.substring(separator + 1) : CameraStates.WHOLE, state)) {
            known.stateHasChanged(++version);
        }
        removeIfEmpty(known);
    }

    /** A new camera with the state that was taken for that of a region until now. */
    private Camera withState(Camera camera) {
        String key = camera.key().orElse("");
        int separator = key.lastIndexOf(RegionKey.SEPARATOR);
        if (separator >= 0) {
            known(Camera.id(Optional.of(key.substring(0, separator)).filter(name -> !name.isEmpty())))
                    .ifPresent(other -> {
                        camera.states().takeFrom(other.states(), key.substring(separator + 1));
                        other.stateHasChanged(version);
                        removeIfEmpty(other);
                    });
        }
        return camera;
    }

    private void removeIfEmpty(Camera camera) {
        if (camera.isEmpty()) {
            cameras.remove(camera.id());
            gone.put(camera.id(), ++version);
            forgetGone();
        }
    }

    private void forgetGone() {
        if (gone.size() > maxCameras) {
            forgottenVersion = gone.remove(gone.keySet().iterator().next());
        }
    }

    private PicturePlace picture(PictureOrigin source, String camera) {
        return new PicturePlace(
                source.inKafka().filter(record -> isInputTopic.test(record.topic()))
                        .or(() -> Optional.ofNullable(pictures.get(camera))),
                source.inKafka().isEmpty() && !hasPictureTopic);
    }

    /** @param record the labels of a picture of the topic of pictures */
    synchronized void addPicture(Classification record) {
        String id = Camera.id(record.keyText());
        record.source().inKafka().filter(source -> isInputTopic.test(source.topic())).ifPresent(source -> {
            pictures.remove(id);
            pictures.put(id, source);
            known(id).ifPresent(camera -> camera.pictureIs(source));
            if (pictures.size() > maxCameras) {
                pictures.remove(pictures.keySet().iterator().next());
            }
        });
    }

    /** A version for a change that is kept elsewhere, so that pages learn of it with the changes here. */
    synchronized long nextVersion() {
        return ++version;
    }

    /**
     * The changes since a version.
     *
     * @param since 0 for everything
     * @param wanted selects cameras by id
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

    /** Whether there is a camera of this id. */
    synchronized boolean isKnown(String id) {
        return cameras.containsKey(id);
    }

    /** The key of a camera, as text; empty for an unknown id, and for records without a key. */
    synchronized Optional<String> key(String id) {
        return known(id).flatMap(Camera::key);
    }

    /** The time line of one camera as far as it contains a text, the newest first; empty for an unknown id. */
    synchronized Optional<List<Camera.Entry>> timeLine(String id, String label) {
        return known(id).map(camera -> camera.timeLine(label));
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
    public synchronized List<PictureFetcher.Request> wanted(int max) {
        if (!hasViewers.getAsBoolean()) {
            return List.of();
        }
        long now = clock.millis();
        List<Camera> byAge = new ArrayList<>(cameras.values());
        byAge.sort(Comparator.comparingLong(Camera::pictureRequestedAt));
        List<PictureFetcher.Request> requests = new ArrayList<>();
        for (Camera camera : byAge) {
            if (requests.size() == max) {
                break;
            }
            camera.wanted(now, PICTURE_MILLIS).ifPresent(request -> {
                camera.requested(now);
                requests.add(request);
            });
        }
        return requests;
    }

    @Override
    public synchronized void answer(PictureFetcher.Request request, Optional<Thumbnail> thumbnail) {
        known(request.holder()).ifPresent(camera -> {
            version++;
            camera.show(request, thumbnail, version);
        });
    }
}
