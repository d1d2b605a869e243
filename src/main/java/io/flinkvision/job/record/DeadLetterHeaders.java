package io.flinkvision.job.record;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The headers that the job appends to a record's own in a dead letter, and those that a replay appends to a record that
 * it sends back. Anybody may write to the topic, so each may be missing; of each name the last one counts.
 *
 * @param code the {@link io.flinkvision.core.image.ErrorCode}, or one that a newer job knows
 * @param message what was wrong, for a person
 * @param source where the record was read
 * @param failedAt when the job gave up on it; empty if that is outside of the bounds of {@link PlausibleTime}
 * @param omitted what the dead letter lacks of its record, because the topic takes no record as large
 * @param replayed how often the record had been sent back to its topic before this failure
 * @param replayedFrom {@code topic-partition-offset} of the dead letter from which it was sent back last
 */
public record DeadLetterHeaders(
        Optional<String> code,
        Optional<String> message,
        Optional<PictureOrigin> source,
        Optional<Instant> failedAt,
        Optional<String> omitted,
        int replayed,
        Optional<String> replayedFrom) {

    public static final String ERROR_CODE = "error-code";
    public static final String ERROR_MESSAGE = "error-message";
    public static final String SOURCE_TOPIC = "source-topic";
    public static final String SOURCE_PARTITION = "source-partition";
    public static final String SOURCE_OFFSET = "source-offset";
    public static final String SOURCE_CAMERA = "source-camera";
    public static final String SOURCE_SESSION = "source-session";
    public static final String SOURCE_FRAME = "source-frame";

    /** In milliseconds since 1970-01-01T00:00Z. */
    private static final String FAILED_AT = "failed-at";
    private static final String OMITTED = "omitted";
    private static final String REPLAYED = "replayed";
    private static final String REPLAYED_FROM = "replayed-from";
    private static final String INTEGER = "[0-9]{1,9}";

    public DeadLetterHeaders {
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(message, "message");
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(failedAt, "failedAt");
        Objects.requireNonNull(omitted, "omitted");
        Objects.requireNonNull(replayedFrom, "replayedFrom");
    }

    /**
     * The headers of a dead letter: the record's own, as far as they are kept, and the job's after them.
     *
     * @param kept headers of the record
     * @param omitted what the dead letter lacks of its record
     */
    public static List<RecordHeader> write(DeadLetter letter, List<RecordHeader> kept, Optional<String> omitted) {
        List<RecordHeader> headers = new ArrayList<>(kept);
        headers.add(RecordHeader.text(ERROR_CODE, letter.code().name()));
        headers.add(RecordHeader.text(ERROR_MESSAGE, letter.message()));
        headers.addAll(source(letter.source().origin()));
        headers.add(RecordHeader.text(FAILED_AT, Long.toString(letter.failedAt().toEpochMilli())));
        omitted.ifPresent(parts -> headers.add(RecordHeader.text(OMITTED, parts)));
        return headers;
    }

    private static List<RecordHeader> source(PictureOrigin origin) {
        if (origin instanceof CameraFrame frame) {
            return List.of(RecordHeader.text(SOURCE_CAMERA, frame.camera()),
                    RecordHeader.text(SOURCE_SESSION, Long.toString(frame.session())),
                    RecordHeader.text(SOURCE_FRAME, Long.toString(frame.number())));
        }
        RecordCoordinates record = (RecordCoordinates) origin;
        return List.of(RecordHeader.text(SOURCE_TOPIC, record.topic()),
                RecordHeader.text(SOURCE_PARTITION, Integer.toString(record.partition())),
                RecordHeader.text(SOURCE_OFFSET, Long.toString(record.offset())));
    }

    /** Reads the headers of a record of the dead-letter topic, whatever they are. */
    public static DeadLetterHeaders read(List<RecordHeader> headers) {
        return new DeadLetterHeaders(
                last(headers, ERROR_CODE),
                last(headers, ERROR_MESSAGE),
                source(headers),
                last(headers, FAILED_AT)
                        .filter(text -> text.matches("[0-9]{1,15}")).map(Long::valueOf).map(Instant::ofEpochMilli)
                        .flatMap(PlausibleTime::of),
                last(headers, OMITTED),
                integer(headers, REPLAYED).orElse(0),
                last(headers, REPLAYED_FROM));
    }

    private static Optional<PictureOrigin> source(List<RecordHeader> headers) {
        Optional<RecordCoordinates> record = last(headers, SOURCE_TOPIC)
                .flatMap(topic -> integer(headers, SOURCE_PARTITION)
                        .flatMap(partition -> longInteger(headers, SOURCE_OFFSET)
                                .map(offset -> new RecordCoordinates(topic, partition, offset))));
        return record.isPresent() ? record.map(PictureOrigin.class::cast) : last(headers, SOURCE_CAMERA)
                .filter(CameraFrame::isCamera)
                .flatMap(camera -> longInteger(headers, SOURCE_SESSION)
                        .flatMap(session -> longInteger(headers, SOURCE_FRAME)
                                .map(number -> new CameraFrame(camera, session, number))));
    }

    /** The record's own headers in a dead letter: those before the job's, the first of which is the code. */
    public static List<RecordHeader> original(List<RecordHeader> headers) {
        for (int i = headers.size() - 1; i >= 0; i--) {
            if (headers.get(i).name().equals(ERROR_CODE)) {
                return headers.subList(0, i);
            }
        }
        return headers;
    }

    /**
     * The headers of a record that is sent back once more.
     *
     * @param original its own
     * @param deadLetter where the dead letter lies
     */
    public List<RecordHeader> replay(List<RecordHeader> original, RecordCoordinates deadLetter) {
        List<RecordHeader> headers = new ArrayList<>(original);
        headers.removeIf(header -> header.name().equals(REPLAYED) || header.name().equals(REPLAYED_FROM));
        headers.add(RecordHeader.text(REPLAYED, Integer.toString(replayed + 1)));
        headers.add(RecordHeader.text(REPLAYED_FROM, deadLetter.toString()));
        return headers;
    }

    private static Optional<Integer> integer(List<RecordHeader> headers, String name) {
        return last(headers, name).filter(text -> text.matches(INTEGER)).map(Integer::valueOf);
    }

    private static Optional<Long> longInteger(List<RecordHeader> headers, String name) {
        return last(headers, name).filter(text -> text.matches("[0-9]{1,18}")).map(Long::valueOf);
    }

    private static Optional<String> last(List<RecordHeader> headers, String name) {
        for (int i = headers.size() - 1; i >= 0; i--) {
            if (headers.get(i).name().equals(name)) {
                return headers.get(i).text();
            }
        }
        return Optional.empty();
    }
}
