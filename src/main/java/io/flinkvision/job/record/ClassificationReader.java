package io.flinkvision.job.record;

import io.flinkvision.core.inference.Label;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads the JSON of an output record. Fields that it does not know are left alone, so that an older reader copes with a
 * newer job; one that is missing or of the wrong kind makes the record malformed.
 */
public final class ClassificationReader {

    /** A topic's name has at most 249 characters, a partition and an offset at most 10 and 19 digits. */
    private static final int LONGEST_ID = 249 + 1 + 10 + 1 + 19;

    private ClassificationReader() {}

    /**
     * Reads a record's value.
     *
     * @throws MalformedRecordException if it is no JSON, or lacks a field
     */
    public static ClassificationRecord read(byte[] value) throws MalformedRecordException {
        JsonObject root = JsonObject.read(value);
        String id = id(root);
        Optional<String> key = JsonObject.keyText(root.key());
        Optional<Instant> captureTime = root.optionalTime("captureTime");
        try {
            return classification(root, id, source(root.object("source")), key, captureTime);
        } catch (IllegalArgumentException e) {
            throw new MalformedRecordException(e.getMessage());
        }
    }

    private static String id(JsonObject object) throws MalformedRecordException {
        String id = object.text("id");
        if (id.length() > LONGEST_ID) {
            throw new MalformedRecordException("the field id has " + id.length()
                    + " characters, more than any topic-partition-offset");
        }
        return id;
    }

    private static RecordCoordinates source(JsonObject source) throws MalformedRecordException {
        return new RecordCoordinates(source.text("topic"), source.integer("partition"),
                source.longInteger("offset"));
    }

    private static ClassificationRecord classification(JsonObject root, String id, RecordCoordinates source,
            Optional<String> key, Optional<Instant> captureTime) throws MalformedRecordException {
        JsonObject image = root.object("image");
        JsonObject model = root.object("model");
        return new ClassificationRecord(
                id,
                source,
                key,
                captureTime,
                image.integer("width"),
                image.integer("height"),
                image.text("format"),
                model.text("name"),
                model.text("digest"),
                labels(root.objects("labels")),
                root.number("decodeMillis"),
                root.number("inferenceMillis"),
                root.time("classifiedAt"),
                root.has("reused") ? Optional.of(id(root.object("reused"))) : Optional.empty());
    }

    private static List<Label> labels(List<JsonObject> array) throws MalformedRecordException {
        List<Label> labels = new ArrayList<>();
        for (JsonObject element : array) {
            labels.add(new Label(element.text("label"), element.integer("index"), (float) element.number("score")));
        }
        return labels;
    }
}
