package io.flinkvision.tools.wall;

import io.flinkvision.core.image.ThumbnailMaker.Thumbnail;
import io.flinkvision.core.inference.Label;
import io.flinkvision.core.system.Sha256;
import io.flinkvision.job.record.Classification;
import io.flinkvision.job.record.RecordCoordinates;
import io.flinkvision.tools.wall.TimeLine.Entry;
import java.util.List;
import java.util.Optional;

/** What is known of the pictures of one key. Not safe for use by several threads: {@link Cameras} guards it. */
final class Camera {

    private static final int MOST_LABELS = 5;
    private static final int MOST_NAME_CHARACTERS = 200;
    private static final int MOST_LABEL_CHARACTERS = 100;
    private static final int ID_DIGITS = 16;
    private static final int MOST_DETAIL_CHARACTERS = 100;
    private static final String WITHOUT_KEY = "(no key)";

    private final String id;
    private final String name;
    private final MinuteHistory minute = new MinuteHistory();
    private final TimeLine timeLine = new TimeLine();
    private Details latest;
    private List<Label> labels = List.of();
    private long at;
    private long version;
    private Optional<Thumbnail> picture = Optional.empty();
    private long pictureVersion;
    private long pictureAskedAt;
    private Optional<PictureRequest> answered = Optional.empty();

    /**
     * A record but for its labels.
     *
     * @param source where its picture lies; empty where that is none of the input topics
     * @param width pixels of the picture
     * @param height likewise
     * @param format what it was encoded as
     * @param model the name of the model
     * @param offset of the picture in its partition
     */
    record Details(Optional<RecordCoordinates> source, int width, int height, String format, String model,
            long offset) {

        static Details of(Classification record, boolean pictureMayBeRead) {
            return new Details(
                    pictureMayBeRead ? Optional.of(record.source()) : Optional.empty(),
                    record.width(),
                    record.height(),
                    DisplayText.of(record.format(), MOST_DETAIL_CHARACTERS),
                    DisplayText.of(record.modelName(), MOST_DETAIL_CHARACTERS),
                    record.source().offset());
        }
    }

    /**
     * What of it is shown.
     *
     * @param id of the key, as addresses have it
     * @param name the key, shortened
     * @param labels the last record's, shortened
     * @param at when the last record was written, in milliseconds since 1970-01-01T00:00Z
     * @param rate records a second
     * @param pictureVersion which thumbnail there is; 0 for none
     * @param minute sixty top labels, as {@link MinuteHistory#labels} has them
     * @param latest the last record
     */
    record View(String id, String name, List<Label> labels, long at, double rate, long pictureVersion,
            List<String> minute, Details latest) {}

    Camera(Optional<String> key) {
        this.id = id(key);
        this.name = DisplayText.of(key.orElse(WITHOUT_KEY), MOST_NAME_CHARACTERS);
        this.latest = new Details(Optional.empty(), 0, 0, "", "", 0);
    }

    /**
     * The id of a key: the same in every wall, and harmless in an address, which a key need not be. It is the beginning
     * of the key's SHA-256.
     */
    static String id(Optional<String> key) {
        return Sha256.of(key.map(text -> "key " + text).orElse("")).substring(0, ID_DIGITS);
    }

    /**
     * Takes a record.
     *
     * @param pictureMayBeRead whether its picture lies in one of the input topics
     * @param time when it was written, in milliseconds since 1970-01-01T00:00Z
     * @param newVersion of the cameras
     */
    void add(Classification record, boolean pictureMayBeRead, long time, long newVersion) {
        labels = record.labels().stream().limit(MOST_LABELS)
                .map(label -> new Label(shortened(label.label()), label.index(), label.score()))
                .toList();
        latest = Details.of(record, pictureMayBeRead);
        at = time;
        version = newVersion;
        Label top = labels.get(0);
        minute.add(time / 1000, top.label());
        timeLine.add(new Entry(time, top.label(), top.score(), record.source().offset()));
    }

    /** The text of the last record where it is the same, so that a time line holds each label once. */
    private String shortened(String label) {
        String text = DisplayText.of(label, MOST_LABEL_CHARACTERS);
        return labels.stream().map(Label::label).filter(text::equals).findFirst().orElse(text);
    }

    /** The request for the last record's picture; empty where that was answered, or another one was just asked for. */
    Optional<PictureRequest> wanted(long now, long patienceMillis) {
        return now - pictureAskedAt < patienceMillis
                ? Optional.empty()
                : latest.source()
                        .map(source -> new PictureRequest(id, source))
                        .filter(request -> !answered.equals(Optional.of(request)));
    }

    /** Notes that somebody set out to get the picture. */
    void asked(long now) {
        pictureAskedAt = now;
    }

    void show(PictureRequest request, Optional<Thumbnail> thumbnail, long newVersion) {
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

    long version() {
        return version;
    }

    long pictureAskedAt() {
        return pictureAskedAt;
    }

    Optional<Thumbnail> picture() {
        return picture;
    }

    long pictureVersion() {
        return pictureVersion;
    }

    TimeLine timeLine() {
        return timeLine;
    }

    View view(long now) {
        return new View(id, name, labels, at, minute.rate(now / 1000), pictureVersion, minute.labels(now / 1000),
                latest);
    }
}
