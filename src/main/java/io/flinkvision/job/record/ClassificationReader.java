package io.flinkvision.job.record;

import com.fasterxml.jackson.databind.JsonNode;
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
        JsonNode root = JsonFields.parse(value);
        String id = id(root);
        Optional<String> key = JsonFields.optionalText(root, "key");
        key = key.isPresent() ? key : JsonFields.optionalText(root, "keyBase64");
        Optional<Instant> captureTime = root.has("captureTime")
                ? Optional.of(JsonFields.time(root, "captureTime"))
                : Optional.empty();
        try {
            RecordCoordinates source = source(JsonFields.object(root, "source"));
            return classification(root, id, source, key, captureTime);
        } catch (IllegalArgumentException e) {
            throw new MalformedRecordException(e.getMessage());
        }
    }

    private static String id(JsonNode object) throws MalformedRecordException {
        String id = JsonFields.text(object, "id");
        if (id.length() > LONGEST_ID) {
            throw new MalformedRecordException("the field id has " + id.length()
                    + " characters, more than any topic-partition-offset");
        }
        return id;
    }

    private static RecordCoordinates source(JsonNode source) throws MalformedRecordException {
        return new RecordCoordinates(JsonFields.text(source, "topic"), JsonFields.wholeNumber(source, "partition"),
                JsonFields.longNumber(source, "offset"));
    }

    private static ClassificationRecord classification(JsonNode root, String id, RecordCoordinates source,
            Optional<String> key, Optional<Instant> captureTime) throws MalformedRecordException {
        JsonNode image = JsonFields.object(root, "image");
        JsonNode model = JsonFields.object(root, "model");
        return new ClassificationRecord(
                id,
                source,
                key,
                captureTime,
                JsonFields.wholeNumber(image, "width"),
                JsonFields.wholeNumber(image, "height"),
                JsonFields.text(image, "format"),
                JsonFields.text(model, "name"),
                JsonFields.text(model, "digest"),
                labels(root.path("labels")),
                JsonFields.number(root, "decodeMillis"),
                JsonFields.number(root, "inferenceMillis"),
                JsonFields.time(root, "classifiedAt"),
                root.has("reused") ? Optional.of(id(JsonFields.object(root, "reused"))) : Optional.empty());
    }

    private static List<Label> labels(JsonNode array) throws MalformedRecordException {
        if (!array.isArray()) {
            throw new MalformedRecordException("the field labels is no list");
        }
        List<Label> labels = new ArrayList<>();
        for (JsonNode element : array) {
            labels.add(new Label(JsonFields.text(element, "label"), JsonFields.wholeNumber(element, "index"),
                    (float) JsonFields.number(element, "score")));
        }
        return labels;
    }
}
