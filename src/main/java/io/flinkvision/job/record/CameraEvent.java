package io.flinkvision.job.record;

import com.fasterxml.jackson.core.JsonGenerator;
import io.flinkvision.job.event.BestFrame;
import io.flinkvision.job.event.Episode;
import io.flinkvision.job.event.Event.Changed;
import io.flinkvision.job.event.Event.Counted;
import io.flinkvision.job.event.Event.Ended;
import io.flinkvision.job.event.Event.Offline;
import io.flinkvision.job.event.Event.Online;
import io.flinkvision.job.event.Event.Started;
import io.flinkvision.job.event.Event.TroubleEnded;
import io.flinkvision.job.event.Event.TroubleStarted;
import io.flinkvision.job.event.Event.Unknown;
import io.flinkvision.job.event.Event;
import io.flinkvision.job.event.Trouble;
import io.flinkvision.job.format.RecordSchema;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A record of the events topic. Its JSON is described by {@code conf/schemas/event.schema.json}.
 *
 * @param key of the camera's pictures; empty if they have none
 * @param event what happened
 */
public record CameraEvent(Optional<byte[]> key, Event event) implements SchemaRecord {

    private static final String TROUBLE = "trouble";

    public CameraEvent {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(event, "event");
    }

    @Override
    public List<RecordHeader> headers() {
        return List.of();
    }

    @Override
    public void writeFields(JsonGenerator json) throws IOException {
        json.writeStringField("type", event.type());
        JsonObject.writeKey(key, json);
        json.writeStringField("at", event.at().toString());
        if (event instanceof Started started) {
            json.writeStringField("label", started.label());
            writeBest(started.best(), json);
        } else if (event instanceof Ended ended) {
            writeEpisode(ended.episode(), json);
        } else if (event instanceof Changed changed) {
            json.writeStringField("label", changed.label());
            writeBest(changed.best(), json);
            json.writeObjectFieldStart("previous");
            writeEpisode(changed.previous(), json);
            json.writeEndObject();
        } else if (event instanceof Offline offline) {
            json.writeStringField("lastFrameAt", offline.lastFrameAt().toString());
        } else if (event instanceof Online online && online.silence().isPresent()) {
            json.writeNumberField("silenceMillis", online.silence().get().toMillis());
        } else if (event instanceof Counted counted) {
            writeCounts(counted, json);
        } else if (event instanceof TroubleStarted started) {
            json.writeStringField(TROUBLE, started.trouble().id());
            json.writeStringField("frame", started.frame());
        } else if (event instanceof TroubleEnded ended) {
            json.writeStringField(TROUBLE, ended.trouble().id());
            json.writeStringField("from", ended.from().toString());
            json.writeStringField("until", ended.at().toString());
            json.writeNumberField("durationMillis", ended.duration().toMillis());
        }
    }

    private static void writeEpisode(Episode episode, JsonGenerator json) throws IOException {
        json.writeStringField("label", episode.label());
        json.writeStringField("from", episode.from().toString());
        json.writeStringField("until", episode.until().toString());
        json.writeNumberField("durationMillis", episode.duration().toMillis());
        json.writeNumberField("frames", episode.frames());
        writeBest(episode.best(), json);
    }

    static void writeBest(BestFrame best, JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("best");
        json.writeStringField("frame", best.id());
        // As in the frame's own record, which holds it in single precision.
        json.writeNumberField("score", (float) best.score());
        json.writeEndObject();
    }

    private static void writeCounts(Counted counted, JsonGenerator json) throws IOException {
        json.writeStringField("from", counted.from().toString());
        json.writeNumberField("frames", counted.frames());
        json.writeArrayFieldStart("counts");
        for (Map.Entry<String, Long> count : counted.counts().entrySet()) {
            json.writeStartObject();
            json.writeStringField("label", count.getKey());
            json.writeNumberField("count", count.getValue());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    /**
     * Reads a record's value.
     *
     * @throws MalformedRecordException if it is no such record, in JSON, Avro or Protobuf
     */
    public static CameraEvent read(byte[] value) throws MalformedRecordException {
        JsonObject json = JsonObject.read(value, RecordSchema.EVENT);
        try {
            return new CameraEvent(json.key(), event(json, json.text("type"), json.time("at")));
        } catch (IllegalArgumentException e) {
            throw new MalformedRecordException(e.getMessage());
        }
    }

    private static Event event(JsonObject json, String type, Instant at) throws MalformedRecordException {
        return switch (type) {
            case Started.TYPE -> new Started(json.text("label"), at, best(json));
            case Ended.TYPE -> new Ended(episode(json));
            case Changed.TYPE -> new Changed(episode(json.object("previous")), json.text("label"), at, best(json));
            case Offline.TYPE -> new Offline(at, json.time("lastFrameAt"));
            case Online.TYPE -> new Online(at, json.has("silenceMillis")
                    ? Optional.of(json.millis("silenceMillis"))
                    : Optional.empty());
            case Counted.TYPE -> new Counted(json.time("from"), counts(json));
            case TroubleStarted.TYPE -> known(json, type, at,
                    trouble -> new TroubleStarted(trouble, at, json.text("frame")));
            case TroubleEnded.TYPE -> known(json, type, at,
                    trouble -> new TroubleEnded(trouble, json.time("from"), at));
            default -> new Unknown(type, at);
        };
    }

    /** An event of a trouble. */
    @FunctionalInterface
    private interface OfTrouble {
        Event event(Trouble trouble) throws MalformedRecordException;
    }

    /** A newer job may know more troubles. */
    private static Event known(JsonObject json, String type, Instant at, OfTrouble reader)
            throws MalformedRecordException {
        Optional<Trouble> trouble = Trouble.named(json.text(TROUBLE));
        return trouble.isPresent() ? reader.event(trouble.get()) : new Unknown(type, at);
    }

    private static Episode episode(JsonObject json) throws MalformedRecordException {
        return new Episode(json.text("label"), json.time("from"), json.time("until"), json.longInteger("frames"),
                best(json));
    }

    static BestFrame best(JsonObject json) throws MalformedRecordException {
        JsonObject best = json.object("best");
        return new BestFrame(best.text("frame"), (float) best.number("score"));
    }

    private static SortedMap<String, Long> counts(JsonObject json) throws MalformedRecordException {
        SortedMap<String, Long> counts = new TreeMap<>();
        for (JsonObject count : json.objects("counts")) {
            counts.put(count.text("label"), count.longInteger("count"));
        }
        return counts;
    }
}
