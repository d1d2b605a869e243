package io.flinkvision.job.operator;

import io.flinkvision.job.event.Frame;
import io.flinkvision.job.record.Classification;
import java.time.Instant;
import java.util.HexFormat;
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

    /** The frame of a classification. */
    public static LabelledFrame of(Classification record) {
        return of(record.key(), record);
    }

    /**
     * The frame of a classification under a key of its own. Its time is the capture time. No picture is classified
     * before it is taken, so if a camera's clock runs ahead it is the time of the classification: one wrong clock must
     * not carry the event time of all others with it.
     */
    static LabelledFrame of(Optional<byte[]> key, Classification record) {
        Instant time = record.captureTime().filter(record.classifiedAt()::isAfter).orElse(record.classifiedAt());
        return new LabelledFrame(key, new Frame(record.id(), time, record.labels()));
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
