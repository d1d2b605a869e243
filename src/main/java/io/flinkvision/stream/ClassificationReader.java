package io.flinkvision.stream;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.flinkvision.inference.Label;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
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

    private static final ObjectMapper JSON =
            JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

    private ClassificationReader() {}

    /**
     * Reads a record's value.
     *
     * @throws MalformedRecordException if it is no JSON, or lacks a field
     */
    public static ClassificationRecord read(byte[] value) throws MalformedRecordException {
        JsonNode root = parse(value);
        String id = text(root, "id");
        if (id.length() > LONGEST_ID) {
            throw new MalformedRecordException("the field id has " + id.length()
                    + " characters, more than any topic-partition-offset");
        }
        JsonNode source = object(root, "source");
        JsonNode image = object(root, "image");
        JsonNode model = object(root, "model");
        Optional<String> key = optionalText(root, "key");
        try {
            return new ClassificationRecord(
                    id,
                    new RecordCoordinates(text(source, "topic"), wholeNumber(source, "partition"),
                            longNumber(source, "offset")),
                    key.isPresent() ? key : optionalText(root, "keyBase64"),
                    root.has("captureTime") ? Optional.of(time(root, "captureTime")) : Optional.empty(),
                    wholeNumber(image, "width"),
                    wholeNumber(image, "height"),
                    text(image, "format"),
                    text(model, "name"),
                    text(model, "digest"),
                    labels(root.path("labels")),
                    number(root, "decodeMillis"),
                    number(root, "inferenceMillis"),
                    time(root, "classifiedAt"));
        } catch (IllegalArgumentException e) {
            throw new MalformedRecordException(e.getMessage());
        }
    }

    private static JsonNode parse(byte[] value) throws MalformedRecordException {
        try {
            CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value));
            JsonNode root = JSON.readTree(text.toString());
            if (root.isObject()) {
                return root;
            }
            throw new MalformedRecordException("the value is no JSON object");
        } catch (JsonProcessingException e) {
            throw new MalformedRecordException("the value is no JSON: " + e.getOriginalMessage());
        } catch (CharacterCodingException e) {
            throw new MalformedRecordException("the value is no UTF-8 text");
        }
    }

    private static List<Label> labels(JsonNode array) throws MalformedRecordException {
        if (!array.isArray()) {
            throw new MalformedRecordException("the field labels is no list");
        }
        List<Label> labels = new ArrayList<>();
        for (JsonNode element : array) {
            labels.add(new Label(text(element, "label"), wholeNumber(element, "index"),
                    (float) number(element, "score")));
        }
        return labels;
    }

    private static JsonNode object(JsonNode parent, String name) throws MalformedRecordException {
        return required(parent, name, parent.path(name).isObject(), "object");
    }

    private static String text(JsonNode parent, String name) throws MalformedRecordException {
        return required(parent, name, parent.path(name).isTextual(), "text").textValue();
    }

    private static Optional<String> optionalText(JsonNode parent, String name) throws MalformedRecordException {
        return parent.has(name) ? Optional.of(text(parent, name)) : Optional.empty();
    }

    private static int wholeNumber(JsonNode parent, String name) throws MalformedRecordException {
        JsonNode field = parent.path(name);
        return required(parent, name, field.isIntegralNumber() && field.canConvertToInt(), "whole number").intValue();
    }

    private static long longNumber(JsonNode parent, String name) throws MalformedRecordException {
        JsonNode field = parent.path(name);
        return required(parent, name, field.isIntegralNumber() && field.canConvertToLong(), "whole number")
                .longValue();
    }

    private static double number(JsonNode parent, String name) throws MalformedRecordException {
        return required(parent, name, parent.path(name).isNumber(), "number").doubleValue();
    }

    private static Instant time(JsonNode parent, String name) throws MalformedRecordException {
        try {
            return Instant.parse(text(parent, name));
        } catch (DateTimeParseException e) {
            throw new MalformedRecordException("the field " + name + " is no time in UTC");
        }
    }

    private static JsonNode required(JsonNode parent, String name, boolean sound, String kind)
            throws MalformedRecordException {
        if (!sound) {
            throw new MalformedRecordException(parent.has(name)
                    ? "the field " + name + " is no " + kind
                    : "the field " + name + " is missing");
        }
        return parent.path(name);
    }
}
