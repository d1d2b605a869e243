package io.flinkvision.job.record;

import com.fasterxml.jackson.core.JsonGenerator;
import io.flinkvision.core.image.ViewStatistics;
import io.flinkvision.core.inference.Label;
import io.flinkvision.job.format.RecordSchema;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A record of the labels topic. Its JSON is described by {@code conf/schemas/classification.schema.json}.
 *
 * @param source where the picture was read
 * @param key the picture's key, usually the camera; empty if it had none
 * @param headers the picture's headers that travel on; not in the JSON, so empty if it was read from there
 * @param captureTime when the picture was taken, if its producer sent that
 * @param width pixels of the picture as it was sent, upright
 * @param height likewise
 * @param format the encoding of the picture
 * @param modelName the name in the bundle's {@code model.yaml}
 * @param modelDigest SHA-256 of the bundle's weights, in hexadecimal
 * @param labels the most probable classes of the whole picture, the first one first; none if only its regions were
 *     classified
 * @param regions the labels of its regions; none where it has none, or none was due
 * @param decodeMillis milliseconds spent decoding and resizing; the JSON has three decimals of them
 * @param inferenceMillis milliseconds spent in the network, likewise
 * @param classifiedAt when the labels were there, in milliseconds' precision
 * @param reused the {@link #id} of the picture that the labels were taken over from; empty if this one was classified
 * @param view what was measured of the whole picture; empty if nothing was
 */
public record Classification(
        PictureOrigin source,
        Optional<byte[]> key,
        List<RecordHeader> headers,
        Optional<Instant> captureTime,
        int width,
        int height,
        String format,
        String modelName,
        String modelDigest,
        List<Label> labels,
        List<RegionAnswer> regions,
        double decodeMillis,
        double inferenceMillis,
        Instant classifiedAt,
        Optional<String> reused,
        Optional<ViewStatistics> view) implements SchemaRecord {

    /** Of one picture: those of its own camera, and those of all cameras. */
    public static final int MAX_REGIONS = 2 * Region.MAX_PER_CAMERA;

    private static final String ID = "id";
    private static final String TOPIC = "topic";
    private static final String CAMERA = "camera";
    private static final String LABELS = "labels";
    private static final String REGIONS = "regions";
    private static final String REUSED = "reused";
    private static final String VIEW = "view";

    /** A topic's name and a camera's id have at most 249 characters, each number at most 19 digits. */
    private static final int MAX_ID_LENGTH = 249 + 1 + 19 + 1 + 19;

    public Classification {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(captureTime, "captureTime");
        Objects.requireNonNull(format, "format");
        Objects.requireNonNull(modelName, "modelName");
        Objects.requireNonNull(modelDigest, "modelDigest");
        Objects.requireNonNull(classifiedAt, "classifiedAt");
        Objects.requireNonNull(reused, "reused");
        Objects.requireNonNull(view, "view");
        headers = List.copyOf(headers);
        labels = List.copyOf(labels);
        regions = List.copyOf(regions);
        requireDifferentRegions(source, regions);
    }

    /** One without measurements. */
    public Classification(PictureOrigin source, Optional<byte[]> key, List<RecordHeader> headers,
            Optional<Instant> captureTime, int width, int height, String format, String modelName, String modelDigest,
            List<Label> labels, List<RegionAnswer> regions, double decodeMillis, double inferenceMillis,
            Instant classifiedAt, Optional<String> reused) {
        this(source, key, headers, captureTime, width, height, format, modelName, modelDigest, labels, regions,
                decodeMillis, inferenceMillis, classifiedAt, reused, Optional.empty());
    }

    private static void requireDifferentRegions(PictureOrigin source, List<RegionAnswer> regions) {
        if (regions.size() > MAX_REGIONS) {
            throw new IllegalArgumentException("The record " + source + " has " + regions.size()
                    + " regions, more than the " + MAX_REGIONS + " that a picture can have");
        }
        Set<String> names = new HashSet<>();
        for (RegionAnswer region : regions) {
            if (!names.add(region.name())) {
                throw new IllegalArgumentException("The record " + source + " has two regions of the name '"
                        + PrintableText.escaped(region.name()) + "'");
            }
        }
    }

    /**
     * {@code topic-partition-offset} of the picture, or {@code camera-session-frame}: the same for every record that
     * was made from it.
     */
    public String id() {
        return source.toString();
    }

    /** The same labels, of the same picture in another place. */
    public Classification about(PictureOrigin other) {
        return new Classification(other, key, headers, captureTime, width, height, format, modelName, modelDigest,
                labels, regions, decodeMillis, inferenceMillis, classifiedAt, reused, view);
    }

    /** The same labels, with other measurements. */
    public Classification measured(Optional<ViewStatistics> statistics) {
        return new Classification(source, key, headers, captureTime, width, height, format, modelName, modelDigest,
                labels, regions, decodeMillis, inferenceMillis, classifiedAt, reused, statistics);
    }

    /** The most probable class of the whole picture; empty if only its regions were classified. */
    public Optional<Label> topLabel() {
        return labels.stream().findFirst();
    }

    @Override
    public void writeFields(JsonGenerator json) throws IOException {
        json.writeStringField(ID, id());
        json.writeObjectFieldStart("source");
        if (source instanceof RecordCoordinates record) {
            json.writeStringField(TOPIC, record.topic());
            json.writeNumberField("partition", record.partition());
            json.writeNumberField("offset", record.offset());
        } else if (source instanceof CameraFrame frame) {
            json.writeStringField(CAMERA, frame.camera());
            json.writeNumberField("session", frame.session());
            json.writeNumberField("frame", frame.number());
        }
        json.writeEndObject();
        JsonObject.writeKey(key, json);
        if (captureTime.isPresent()) {
            json.writeStringField("captureTime", captureTime.get().toString());
        }
        json.writeObjectFieldStart("image");
        json.writeNumberField("width", width);
        json.writeNumberField("height", height);
        json.writeStringField("format", format);
        json.writeEndObject();
        json.writeObjectFieldStart("model");
        json.writeStringField("name", modelName);
        json.writeStringField("digest", modelDigest);
        json.writeEndObject();
        writeLabels(labels, json);
        writeReused(reused, json);
        if (!regions.isEmpty()) {
            json.writeArrayFieldStart(REGIONS);
            for (RegionAnswer region : regions) {
                region.write(json);
            }
            json.writeEndArray();
        }
        json.writeNumberField("decodeMillis", rounded(decodeMillis));
        json.writeNumberField("inferenceMillis", rounded(inferenceMillis));
        json.writeStringField("classifiedAt", classifiedAt.toString());
        if (view.isPresent()) {
            writeView(view.get(), json);
        }
    }

    private static void writeView(ViewStatistics view, JsonGenerator json) throws IOException {
        json.writeObjectFieldStart(VIEW);
        json.writeNumberField("brightness", view.brightness());
        json.writeNumberField("contrast", view.contrast());
        json.writeNumberField("detail", view.detail());
        json.writeNumberField("colour", view.colour());
        json.writeStringField("fingerprint", view.fingerprint());
        json.writeStringField("digest", view.digestText());
        json.writeEndObject();
    }

    private static ViewStatistics readView(JsonObject json) throws MalformedRecordException {
        return ViewStatistics.of(json.number("brightness"), json.number("contrast"), json.number("detail"),
                json.number("colour"), json.text("fingerprint"), json.text("digest"));
    }

    static void writeLabels(List<Label> labels, JsonGenerator json) throws IOException {
        json.writeArrayFieldStart(LABELS);
        for (Label label : labels) {
            json.writeStartObject();
            json.writeStringField("label", label.label());
            json.writeNumberField("index", label.index());
            json.writeNumberField("score", label.score());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    static void writeReused(Optional<String> reused, JsonGenerator json) throws IOException {
        if (reused.isPresent()) {
            json.writeObjectFieldStart(REUSED);
            json.writeStringField(ID, reused.get());
            json.writeEndObject();
        }
    }

    private static double rounded(double millis) {
        return Math.round(millis * 1000) / 1000.0;
    }

    /**
     * Reads a record's value. A capture time outside of the bounds of {@link PlausibleTime} is left out.
     *
     * @throws MalformedRecordException if it is no such record, in JSON, Avro or Protobuf
     */
    public static Classification read(byte[] value) throws MalformedRecordException {
        JsonObject json = JsonObject.read(value, RecordSchema.CLASSIFICATION);
        try {
            String id = id(json);
            PictureOrigin source = source(json.object("source"));
            if (!id.equals(source.toString())) {
                throw new MalformedRecordException("the field id is not that of the field source:"
                        + " topic-partition-offset, or camera-session-frame");
            }
            JsonObject image = json.object("image");
            JsonObject model = json.object("model");
            return new Classification(source, json.key(), List.of(), json.optionalTime("captureTime"),
                    image.integer("width"), image.integer("height"), image.text("format"),
                    model.text("name"), model.text("digest"), readLabels(json), regions(json),
                    json.number("decodeMillis"), json.number("inferenceMillis"), json.time("classifiedAt"),
                    readReused(json), json.has(VIEW) ? Optional.of(readView(json.object(VIEW))) : Optional.empty());
        } catch (IllegalArgumentException e) {
            throw new MalformedRecordException(e.getMessage());
        }
    }

    private static String id(JsonObject json) throws MalformedRecordException {
        String id = json.text(ID);
        if (id.length() > MAX_ID_LENGTH) {
            throw new MalformedRecordException("the field id has " + id.length()
                    + " characters, more than any picture's");
        }
        return id;
    }

    private static PictureOrigin source(JsonObject json) throws MalformedRecordException {
        return json.has(CAMERA)
                ? new CameraFrame(json.text(CAMERA), json.longInteger("session"), json.longInteger("frame"))
                : new RecordCoordinates(json.text(TOPIC), json.integer("partition"), json.longInteger("offset"));
    }

    static List<Label> readLabels(JsonObject json) throws MalformedRecordException {
        List<Label> labels = new ArrayList<>();
        for (JsonObject label : json.objects(LABELS)) {
            labels.add(new Label(label.text("label"), label.integer("index"), (float) label.number("score")));
        }
        return labels;
    }

    static Optional<String> readReused(JsonObject json) throws MalformedRecordException {
        return json.has(REUSED) ? Optional.of(id(json.object(REUSED))) : Optional.empty();
    }

    private static List<RegionAnswer> regions(JsonObject json) throws MalformedRecordException {
        List<RegionAnswer> regions = new ArrayList<>();
        if (json.has(REGIONS)) {
            for (JsonObject region : json.objects(REGIONS)) {
                regions.add(RegionAnswer.read(region));
            }
        }
        return regions;
    }
}
