package io.flinkvision.job.operator;

import io.flinkvision.job.record.ImageRecord;
import io.flinkvision.job.record.StaleRoute;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * A frame that was too old to be decoded, where the labels' topic is to say so ({@link StaleRoute#LABEL}).
 *
 * @param source the record, without its value, which nobody needs any more
 * @param message how old it was, for a person
 * @param skippedAt when it was passed over, in milliseconds' precision
 */
public record StaleFrame(ImageRecord source, String message, Instant skippedAt)
        implements PreparedFrame, LabelsRecord {

    public StaleFrame {
        Objects.requireNonNull(message, "message");
        Objects.requireNonNull(skippedAt, "skippedAt");
        source = new ImageRecord(source.coordinates(), source.key(), Optional.empty(), source.headers());
    }
}
