package io.flinkvision.job.record;

import com.fasterxml.jackson.core.JsonGenerator;
import io.flinkvision.job.event.AnsweringHead;
import io.flinkvision.job.event.BestFrame;
import io.flinkvision.job.event.Present.Shown;
import io.flinkvision.job.event.Present.Trouble;
import io.flinkvision.job.event.Present;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A record of the states topic, of which the last one of each key holds. Its JSON is described by
 * {@code conf/schemas/state.schema.json}.
 *
 * @param key of the camera's pictures, or {@code camera/region}; never empty, since a compacted topic takes no record
 *     without a key: pictures without one have the key of no bytes
 * @param state the present; empty once the camera is forgotten, which deletes the key
 */
public record StateRecord(Optional<byte[]> key, Optional<Present> state) implements JsonRecord {

    private static final byte[] NO_KEY = {};

    public StateRecord {
        key = Optional.of(key.orElse(NO_KEY));
        Objects.requireNonNull(state, "state");
    }

    @Override
    public List<RecordHeader> headers() {
        return List.of();
    }

    @Override
    public Optional<byte[]> value() {
        return state.map(this::json);
    }

    /** @throws IllegalStateException if the camera is forgotten */
    @Override
    public byte[] toJson() {
        return value().orElseThrow(() -> new IllegalStateException("A forgotten camera has no state"));
    }

    private byte[] json(Present present) {
        return JsonObject.write(json -> {
            JsonObject.writeKey(key.filter(bytes -> bytes.length > 0), json);
            json.writeStringField("at", present.at().toString());
            json.writeBooleanField("online", present.online());
            json.writeStringField("since", present.since().toString());
            if (present.shown().isPresent()) {
                Shown shown = present.shown().get();
                json.writeStringField("label", shown.label());
                json.writeNumberField("score", shown.score());
                CameraEvent.writeBest(shown.best(), json);
            }
            json.writeBooleanField("unknown", present.unknown());
            if (present.head().isPresent()) {
                json.writeObjectFieldStart("head");
                json.writeStringField("name", present.head().get().name());
                json.writeStringField("digest", present.head().get().digest());
                json.writeEndObject();
            }
            writeTroubles(present.troubles(), json);
        });
    }

    private static void writeTroubles(List<Trouble> troubles, JsonGenerator json) throws IOException {
        if (troubles.isEmpty()) {
            return;
        }
        json.writeArrayFieldStart("troubles");
        for (Trouble trouble : troubles) {
            json.writeStartObject();
            json.writeStringField("trouble", trouble.trouble());
            json.writeStringField("since", trouble.since().toString());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    /**
     * Reads a record of the topic.
     *
     * @param key of the record, which is that of a deleted state; the value of another one has it too
     * @throws MalformedRecordException if the value is no such JSON
     */
    public static StateRecord read(Optional<byte[]> key, Optional<byte[]> value) throws MalformedRecordException {
        if (value.isEmpty()) {
            return new StateRecord(key, Optional.empty());
        }
        JsonObject json = JsonObject.read(value.get());
        try {
            return new StateRecord(json.key(), Optional.of(new Present(json.time("at"), json.truth("online"),
                    json.time("since"), shown(json), json.has("unknown") && json.truth("unknown"),
                    json.has("head") ? Optional.of(head(json.object("head"))) : Optional.empty(),
                    troubles(json))));
        } catch (IllegalArgumentException e) {
            throw new MalformedRecordException(e.getMessage());
        }
    }

    private static Optional<Shown> shown(JsonObject json) throws MalformedRecordException {
        if (!json.has("label")) {
            return Optional.empty();
        }
        BestFrame best = CameraEvent.best(json);
        return Optional.of(new Shown(json.text("label"), json.number("score"), best));
    }

    private static AnsweringHead head(JsonObject json) throws MalformedRecordException {
        return new AnsweringHead(json.text("name"), json.text("digest"));
    }

    private static List<Trouble> troubles(JsonObject json) throws MalformedRecordException {
        List<Trouble> troubles = new ArrayList<>();
        if (json.has("troubles")) {
            for (JsonObject trouble : json.objects("troubles")) {
                troubles.add(new Trouble(trouble.text("trouble"), trouble.time("since")));
            }
        }
        return troubles;
    }
}
