package io.flinkvision.tools.watch;

import com.fasterxml.jackson.databind.JsonNode;
import io.flinkvision.job.record.JsonFields;
import io.flinkvision.job.record.MalformedRecordException;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * The value of a record of the events' topic, by {@code conf/schemas/event.schema.json}, as far as it is shown.
 *
 * @param type {@code started}, {@code ended}, {@code changed}, {@code offline}, {@code online}, {@code counted}, or one
 *     that a newer job knows
 * @param key of the camera's pictures, or its Base64 where it is no text; empty where they have none
 * @param at when it happened
 * @param label what started or ended; of a change the new label
 * @param score of the label's best frame
 * @param previous the label that a change has ended
 * @param duration of what has ended, or of the silence before a camera was online again
 * @param frames how many were counted, where it is a count
 */
public record EventRecord(
        String type,
        Optional<String> key,
        Instant at,
        Optional<String> label,
        Optional<Double> score,
        Optional<String> previous,
        Optional<Duration> duration,
        Optional<Long> frames) {

    /** The type of the counts of a minute, of which there are many and which are for programs. */
    public static final String COUNTED = "counted";

    private static final String CHANGED = "changed";

    public EventRecord {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(at, "at");
        Objects.requireNonNull(label, "label");
        Objects.requireNonNull(score, "score");
        Objects.requireNonNull(previous, "previous");
        Objects.requireNonNull(duration, "duration");
        Objects.requireNonNull(frames, "frames");
    }

    /**
     * Reads a record's value. Fields that it does not know are left alone.
     *
     * @throws MalformedRecordException if it is no JSON, a field is missing or of the wrong kind, or a time is outside
     *     of the bounds of {@link PlausibleTime}
     */
    public static EventRecord read(Optional<byte[]> value) throws MalformedRecordException {
        JsonNode root = JsonFields.parse(
                value.orElseThrow(() -> new MalformedRecordException("the record has no value")));
        String type = JsonFields.text(root, "type");
        Optional<String> key = JsonFields.optionalText(root, "key");
        boolean changed = type.equals(CHANGED);
        JsonNode ended = changed ? JsonFields.object(root, "previous") : root;
        String durationField = root.has("silenceMillis") ? "silenceMillis" : "durationMillis";
        return new EventRecord(
                type,
                key.isPresent() ? key : JsonFields.optionalText(root, "keyBase64"),
                PlausibleTime.required("at", JsonFields.time(root, "at")),
                JsonFields.optionalText(root, "label"),
                root.has("best")
                        ? Optional.of(JsonFields.number(JsonFields.object(root, "best"), "score"))
                        : Optional.empty(),
                changed ? Optional.of(JsonFields.text(ended, "label")) : Optional.empty(),
                ended.has(durationField)
                        ? Optional.of(PlausibleTime.duration(
                                durationField, JsonFields.longNumber(ended, durationField)))
                        : Optional.empty(),
                type.equals(COUNTED) ? Optional.of(JsonFields.longNumber(root, "frames")) : Optional.empty());
    }
}
