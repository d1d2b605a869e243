package io.flinkvision.tools.wall;

import io.flinkvision.core.image.ThumbnailMaker.Thumbnail;
import io.flinkvision.core.inference.Label;
import io.flinkvision.core.system.Sha256;
import io.flinkvision.job.record.CameraFrame;
import io.flinkvision.job.record.Classification;
import io.flinkvision.job.record.PictureOrigin;
import io.flinkvision.job.record.RecordCoordinates;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The last records of one key. Not thread-safe: {@link Cameras} guards it. */
final class Camera {

    /** Entries in the time line. */
    static final int TIME_LINE_LENGTH = 600;

    private static final int MAX_LABELS = 5;
    private static final int MAX_NAME_CHARACTERS = 200;
    private static final int MAX_LABEL_CHARACTERS = 100;
    private static final int ID_DIGITS = 16;
    private static final int MAX_DETAIL_CHARACTERS = 100;
    private static final String WITHOUT_KEY = "(no key)";

    private final String id;
    private final Optional<String> key;
    private final String name;
    private final MinuteHistory minute = new MinuteHistory();
    private final CameraRegions regions = new CameraRegions();
    private final CameraStates states = new CameraStates();
    private final Deque<Entry> timeLine = new ArrayDeque<>();
    private Details latest;
    private List<Label> labels = List.of();
    private long at;
    private long version;
    private Optional<Thumbnail> picture = Optional.empty();
    private long pictureVersion;
    private long pictureRequestedAt;
    private Optional<PictureFetcher.Request> answered = Optional.empty();

    /**
     * Where a camera's last picture is.
     *
     * @param record that holds it; empty if none in a topic of the job's does
     * @param nowhere whether the job reads the camera itself, and sends no pictures
     */
    record PicturePlace(Optional<RecordCoordinates> record, boolean nowhere) {}

    /**
     * A record without its labels.
     *
     * @param picture where the camera's last picture is
     * @param width in pixels
     * @param height in pixels
     * @param offset of the picture in its partition
     */
    record Details(PicturePlace picture, int width, int height, String format, String model,
            long offset) {

        static Details of(Classification record, PicturePlace picture) {
            return new Details(
                    picture,
                    record.width(),
                    record.height(),
                    DisplayText.of(record.format(), MAX_DETAIL_CHARACTERS),
                    DisplayText.of(record.modelName(), MAX_DETAIL_CHARACTERS),
                    place(record.source()));
        }

        private Details with(RecordCoordinates newer) {
            return new Details(new PicturePlace(Optional.of(newer), false), width, height, format, model, offset);
        }
    }

    /**
     * The camera for the page.
     *
     * @param id of the key in addresses
     * @param name the key, shortened
     * @param labels of the last record's whole picture, shortened; none if only its regions were classified
     * @param regions the last answer of each, sorted by name
     * @param at when the last record was written, in milliseconds since 1970-01-01T00:00Z; 0 before the first one
     * @param rate records per second
     * @param pictureVersion of the thumbnail; 0 for none
     * @param minute the top labels of {@link MinuteHistory#labels}
     * @param latest the last record
     * @param state what it shows now, by the states topic
     * @param regionStates what its regions show now, sorted by name
     */
    record View(String id, String name, List<Label> labels, List<CameraRegions.View> regions, long at, double rate,
            long pictureVersion, List<String> minute, Details latest, Optional<CameraStates.View> state,
            List<CameraStates.View> regionStates) {}

    /**
     * An entry of the time line: the top label of a whole picture, or the new one of a region.
     *
     * @param at when the record was written, in milliseconds since 1970-01-01T00:00Z
     * @param region empty for the whole picture
     * @param label the top label
     * @param score that label's probability
     * @param unknown whether the region's head was taught nothing like it
     * @param offset of the picture in its partition
     */
    record Entry(long at, Optional<String> region, String label, float score, boolean unknown, long offset) {

        private boolean contains(String lowerCase) {
            return label.toLowerCase(Locale.ROOT).contains(lowerCase)
                    || region.filter(name -> name.toLowerCase(Locale.ROOT).contains(lowerCase)).isPresent();
        }
    }

    Camera(Optional<String> key) {
        this.id = id(key);
        this.key = key;
        this.name = DisplayText.of(key.orElse(WITHOUT_KEY), MAX_NAME_CHARACTERS);
        this.latest = new Details(new PicturePlace(Optional.empty(), false), 0, 0, "", "", 0);
    }

    /**
     * The id of a key: the same in every wall, and harmless in an address, which a key need not be. It is the beginning
     * of the key's SHA-256.
     */
    static String id(Optional<String> key) {
        return Sha256.of(key.map(text -> "key " + text).orElse("")).substring(0, ID_DIGITS);
    }

    /**
     * @param place of its picture, or of the last one that there is
     * @param time when it was written, in milliseconds since 1970-01-01T00:00Z
     * @param newVersion of the cameras
     */
    void add(Classification record, PicturePlace place, long time, long newVersion) {
        labels = record.labels().stream().limit(MAX_LABELS)
                .map(label -> new Label(shortened(label.label()), label.index(), label.score()))
                .toList();
        latest = Details.of(record, place);
        at = time;
        version = newVersion;
        // A picture whose whole was not classified counts in the rate, and has no label.
        minute.add(time / 1000, labels.isEmpty() ? "" : labels.get(0).label());
        long offset = place(record.source());
        labels.stream().limit(1).forEach(top ->
                addToTimeLine(new Entry(time, Optional.empty(), top.label(), top.score(), false, offset)));
        // Regions stay the same for long; each answer of many of them would push all others out.
        regions.add(record.regions(), time).forEach(region -> addToTimeLine(new Entry(
                time, Optional.of(region.name()), region.label(), region.score(), region.unknown(), offset)));
    }

    /** The picture's offset in its partition, or its number among the frames of its camera's session. */
    private static long place(PictureOrigin source) {
        return source instanceof CameraFrame frame ? frame.number() : ((RecordCoordinates) source).offset();
    }

    private void addToTimeLine(Entry entry) {
        if (timeLine.size() == TIME_LINE_LENGTH) {
            timeLine.removeLast();
        }
        timeLine.addFirst(entry);
    }

    /** Returns the last record's instance of an equal text, so that a time line holds each label once. */
    private String shortened(String label) {
        String text = DisplayText.of(label, MAX_LABEL_CHARACTERS);
        return labels.stream().map(Label::label).filter(text::equals).findFirst().orElse(text);
    }

    /** Its states, which may be all that is known of it. */
    CameraStates states() {
        return states;
    }

    /** Whether neither a record nor a state of it is known. */
    boolean isEmpty() {
        return at == 0 && states.isEmpty();
    }

    /** @param newVersion of the cameras */
    void stateHasChanged(long newVersion) {
        version = newVersion;
    }

    /** Another picture than that of the last record is the last one that there is. */
    void pictureIs(RecordCoordinates record) {
        latest = latest.with(record);
    }

    /** The request for the last picture; empty if it was answered, or one was made a moment ago. */
    Optional<PictureFetcher.Request> wanted(long now, long pauseMillis) {
        return now - pictureRequestedAt < pauseMillis
                ? Optional.empty()
                : latest.picture().record()
                        .map(source -> new PictureFetcher.Request(id, source))
                        .filter(request -> !answered.equals(Optional.of(request)));
    }

    void requested(long now) {
        pictureRequestedAt = now;
    }

    void show(PictureFetcher.Request request, Optional<Thumbnail> thumbnail, long newVersion) {
        answered = Optional.of(request);
        if (thumbnail.isPresent()) {
            picture = thumbnail;
            pictureVersion = newVersion;
            version = newVersion;
        }
    }

    String id() {
        return id;
    }

    /** The key as text; empty for records without one. */
    Optional<String> key() {
        return key;
    }

    long version() {
        return version;
    }

    long pictureRequestedAt() {
        return pictureRequestedAt;
    }

    Optional<Thumbnail> picture() {
        return picture;
    }

    long pictureVersion() {
        return pictureVersion;
    }

    /** The last entries whose label or region contains a text, in upper or lower case; the newest first. */
    List<Entry> timeLine(String text) {
        String wanted = text.toLowerCase(Locale.ROOT);
        return timeLine.stream().filter(entry -> entry.contains(wanted)).toList();
    }

    View view(long now) {
        return new View(id, name, labels, regions.views(), at, minute.rate(now / 1000), pictureVersion,
                minute.labels(now / 1000), latest, states.own(), states.ofRegions());
    }
}
