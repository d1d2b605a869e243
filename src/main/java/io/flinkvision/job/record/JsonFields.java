package io.flinkvision.job.record;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/**
 * The fields of a record's JSON. A field that is missing or of the wrong kind makes the record malformed, as the error
 * says.
 */
public final class JsonFields {

    private static final ObjectMapper JSON =
            JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

    private JsonFields() {}

    /**
     * The object that a value holds.
     *
     * @throws MalformedRecordException if it is no UTF-8 text, no JSON, or something else
     */
    public static JsonNode parse(byte[] value) throws MalformedRecordException {
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

    /** An object in a field. */
    public static JsonNode object(JsonNode parent, String name) throws MalformedRecordException {
        return required(parent, name, parent.path(name).isObject(), "object");
    }

    /** The text in a field. */
    public static String text(JsonNode parent, String name) throws MalformedRecordException {
        return required(parent, name, parent.path(name).isTextual(), "text").textValue();
    }

    /** The text in a field that may be absent. */
    public static Optional<String> optionalText(JsonNode parent, String name) throws MalformedRecordException {
        return parent.has(name) ? Optional.of(text(parent, name)) : Optional.empty();
    }

    /** The whole number in a field. */
    public static int wholeNumber(JsonNode parent, String name) throws MalformedRecordException {
        JsonNode field = parent.path(name);
        return required(parent, name, field.isIntegralNumber() && field.canConvertToInt(), "whole number").intValue();
    }

    /** The whole number in a field, which may be a large one. */
    public static long longNumber(JsonNode parent, String name) throws MalformedRecordException {
        JsonNode field = parent.path(name);
        return required(parent, name, field.isIntegralNumber() && field.canConvertToLong(), "whole number")
                .longValue();
    }

    /** The number in a field. */
    public static double number(JsonNode parent, String name) throws MalformedRecordException {
        return required(parent, name, parent.path(name).isNumber(), "number").doubleValue();
    }

    /** The time in a field, in UTC. */
    public static Instant time(JsonNode parent, String name) throws MalformedRecordException {
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
