package io.flinkvision.job.operator;

import io.flinkvision.core.inference.Label;
import io.flinkvision.job.event.Frame;
import io.flinkvision.job.record.ClassificationRecord;
import io.flinkvision.job.record.RecordCoordinates;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A frame and the camera that it is of.
 *
 * @param key the picture's key; frames without one are taken to be of one camera
 * @param frame the frame
 */
public record LabelledFrame(Optional<byte[]> key, Frame frame) {

    private static final String WITHOUT_KEY = "-";

    public LabelledFrame {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(frame, "frame");
    }

    /** The frame of a classification of this job. */
    public static LabelledFrame of(Classification record) {
        return new LabelledFrame(record.key(), frame(record.source(), record.captureTime(),
                record.classifiedAt(), record.labels()));
    }

    /** The frame of a record of the output topic, under that record's key. */
    static LabelledFrame of(Optional<byte[]> key, ClassificationRecord record) {
        return new LabelledFrame(key, frame(record.source(), record.captureTime(),
                record.classifiedAt(), record.labels()));
    }

    /**
     * The time of a frame is its capture time. No picture is classified before it is taken, so where a camera's clock
     * runs ahead it is the time of the classification: one wrong clock must not carry the event time of all others
     * with it.
     */
    private static Frame frame(
            RecordCoordinates source, Optional<Instant> captureTime, Instant classifiedAt, List<Label> labels) {
        Instant time = captureTime.filter(classifiedAt::isAfter).orElse(classifiedAt);
        return new Frame(source.toString(), time.isBefore(Instant.EPOCH) ? Instant.EPOCH : time, labels);
    }

    /** What the stream is keyed by: the key in hexadecimal, since Flink's keys cannot be bytes. */
    public String camera() {
        return key.map(HexFormat.of()::formatHex).orElse(WITHOUT_KEY);
    }

    /** The key that {@link #camera} was made from. */
    static Optional<byte[]> key(String camera) {
        return camera.equals(WITHOUT_KEY) ? Optional.empty() : Optional.of(HexFormat.of().parseHex(camera));
    }
}
