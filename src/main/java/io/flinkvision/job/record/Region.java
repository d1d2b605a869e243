package io.flinkvision.job.record;

import com.fasterxml.jackson.core.JsonGenerator;
import io.flinkvision.core.head.Head;
import io.flinkvision.core.image.RegionBox;
import io.flinkvision.core.weights.ModelException;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * A part of a camera's pictures, and the question that is asked of it. It is declared in the job file, or by a record
 * of the heads topic, whose JSON {@code conf/schemas/region.schema.json} describes.
 *
 * @param key its camera and its name
 * @param box where it is
 * @param every the least time between two answers, by the capture times; empty for an answer to each picture
 * @param head what answers; empty for the classes of the job's own model
 */
public record Region(RegionKey key, RegionBox box, Optional<Duration> every, Optional<Head> head) {

    /** Regions of one camera, and of {@link RegionKey#ALL_CAMERAS}. */
    public static final int MAX_PER_CAMERA = 128;

    private static final String BOX = "box";
    private static final String EVERY = "everyMillis";
    private static final String HEAD = "head";

    public Region {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(box, BOX);
        Objects.requireNonNull(every, "every");
        Objects.requireNonNull(head, HEAD);
        every.ifPresent(time -> {
            if (time.toMillis() < 1) {
                throw new IllegalArgumentException("The region " + key + " cannot be answered every "
                        + time.toNanos() / 1e6 + " ms: at least 1 ms");
            }
        });
    }

    /**
     * Reads the value of a record. Unknown fields are ignored.
     *
     * @param key the record's
     * @throws ModelException if it is no JSON object, a field is missing or malformed, or the head is none
     */
    public static Region read(RegionKey key, byte[] value) {
        try {
            JsonObject json = JsonObject.read(value);
            return new Region(key, readBox(json.object(BOX)),
                    json.has(EVERY) ? Optional.of(json.millis(EVERY)) : Optional.empty(),
                    json.has(HEAD) ? Optional.of(Head.read("the head of " + key, json.bytes(HEAD))) : Optional.empty());
        } catch (MalformedRecordException e) {
            throw new ModelException("The declaration of a region must be a JSON object with " + BOX + " and perhaps "
                    + EVERY + " and " + HEAD + ", but " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new ModelException(e.getMessage(), e);
        }
    }

    /** The value of a record that declares this region, in UTF-8. */
    public byte[] toJson() {
        return JsonObject.write(json -> {
            writeBox(BOX, box, json);
            if (every.isPresent()) {
                json.writeNumberField(EVERY, every.get().toMillis());
            }
            if (head.isPresent()) {
                json.writeBinaryField(HEAD, head.get().bytes());
            }
        });
    }

    static void writeBox(String name, RegionBox box, JsonGenerator json) throws IOException {
        json.writeObjectFieldStart(name);
        json.writeNumberField("x", box.x());
        json.writeNumberField("y", box.y());
        json.writeNumberField("width", box.width());
        json.writeNumberField("height", box.height());
        json.writeEndObject();
    }

    static RegionBox readBox(JsonObject json) throws MalformedRecordException {
        return new RegionBox(json.number("x"), json.number("y"), json.number("width"), json.number("height"));
    }
}
