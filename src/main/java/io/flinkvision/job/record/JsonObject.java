package io.flinkvision.job.record;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.util.TokenBuffer;
import io.flinkvision.job.format.FramedValue;
import io.flinkvision.job.format.RecordSchema;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * A JSON object in a record's value. A field that is missing or of the wrong kind makes the record malformed, as the
 * error says; fields that nobody asks for are left alone, so that an older reader copes with a newer job.
 */
final class JsonObject {

    private static final ObjectMapper READER =
            JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();
    private static final JsonFactory WRITER = new JsonFactory();

    /** A key that is not UTF-8 text cannot be a JSON string: it is in Base64, under another name. */
    private static final String KEY = "key";
    private static final String BINARY_KEY = "keyBase64";

    private final JsonNode fields;

    private JsonObject(JsonNode fields) {
        this.fields = fields;
    }

    /** Writes the fields of an object. */
    @FunctionalInterface
    interface Writer {
        void write(JsonGenerator json) throws IOException;
    }

    /** An object as the value of a record, in UTF-8. */
    static byte[] write(Writer writer) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try (JsonGenerator json = WRITER.createGenerator(bytes)) {
            json.writeStartObject();
            writer.write(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("Writing to memory failed", e);
        }
        return bytes.toByteArray();
    }

    /** An object as a tree. */
    static JsonNode tree(Writer writer) {
        try (TokenBuffer buffer = new TokenBuffer(READER, false)) {
            buffer.writeStartObject();
            writer.write(buffer);
            buffer.writeEndObject();
            return READER.readTree(buffer.asParser());
        } catch (IOException e) {
            throw new UncheckedIOException("Writing to memory failed", e);
        }
    }

    /** Writes the key of a record, if it has one. */
    static void writeKey(Optional<byte[]> key, JsonGenerator json) throws IOException {
        if (key.isEmpty()) {
            return;
        }
        Optional<String> text = utf8(key.get());
        if (text.isPresent()) {
            json.writeStringField(KEY, text.get());
        } else {
            json.writeBinaryField(BINARY_KEY, key.get());
        }
    }

    /** A key as text, or its Base64 where it is no text: how it stands in the JSON. */
    static Optional<String> keyText(Optional<byte[]> key) {
        return key.map(bytes -> utf8(bytes).orElseGet(() -> Base64.getEncoder().encodeToString(bytes)));
    }

    /**
     * Reads a record's value.
     *
     * @throws MalformedRecordException if it is no JSON object in UTF-8
     */
    static JsonObject read(byte[] value) throws MalformedRecordException {
        String text = utf8(value).orElseThrow(() -> new MalformedRecordException("the value is no UTF-8 text"));
        try {
            JsonNode root = READER.readTree(text);
            if (root.isObject()) {
                return new JsonObject(root);
            }
            throw new MalformedRecordException("the value is no JSON object");
        } catch (JsonProcessingException e) {
            throw new MalformedRecordException("the value is no JSON: " + e.getOriginalMessage());
        }
    }

    /**
     * Reads a record's value, which may also be in Avro or Protobuf with the number of a schema.
     *
     * @param schema what the record is
     * @throws MalformedRecordException if it is no such object
     */
    static JsonObject read(byte[] value, RecordSchema schema) throws MalformedRecordException {
        if (!FramedValue.isIn(value)) {
            return read(value);
        }
        try {
            return new JsonObject(FramedValue.read(value, schema));
        } catch (IOException e) {
            throw new MalformedRecordException("the value begins like one of a schema registry, but " + e.getMessage());
        }
    }

    /** Strict, unlike {@link String#String(byte[], java.nio.charset.Charset)}: empty for bytes that are no UTF-8. */
    static Optional<String> utf8(byte[] bytes) {
        try {
            CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return Optional.of(text.toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    boolean has(String name) {
        return fields.has(name);
    }

    boolean isNull(String name) {
        return field(name).isNull();
    }

    boolean isText(String name, String text) {
        return text.equals(field(name).textValue());
    }

    /** The key of the record, as {@link #writeKey} writes it. */
    Optional<byte[]> key() throws MalformedRecordException {
        if (has(KEY) || !has(BINARY_KEY)) {
            return optionalText(KEY).map(text -> text.getBytes(StandardCharsets.UTF_8));
        }
        return Optional.of(bytes(BINARY_KEY));
    }

    /** Bytes in Base64. */
    byte[] bytes(String name) throws MalformedRecordException {
        try {
            return required(name, field(name).isTextual(), "text").binaryValue();
        } catch (IOException e) {
            throw new MalformedRecordException("the field " + name + " is no Base64");
        }
    }

    JsonObject object(String name) throws MalformedRecordException {
        return new JsonObject(required(name, field(name).isObject(), "object"));
    }

    /** The objects in a list. An element that is none has no fields, so the first one asked for is missing. */
    List<JsonObject> objects(String name) throws MalformedRecordException {
        List<JsonObject> objects = new ArrayList<>();
        required(name, field(name).isArray(), "list").forEach(element -> objects.add(new JsonObject(element)));
        return objects;
    }

    String text(String name) throws MalformedRecordException {
        return required(name, field(name).isTextual(), "text").textValue();
    }

    Optional<String> optionalText(String name) throws MalformedRecordException {
        return has(name) ? Optional.of(text(name)) : Optional.empty();
    }

    int integer(String name) throws MalformedRecordException {
        JsonNode field = field(name);
        return required(name, field.isIntegralNumber() && field.canConvertToInt(), "whole number").intValue();
    }

    long longInteger(String name) throws MalformedRecordException {
        JsonNode field = field(name);
        return required(name, field.isIntegralNumber() && field.canConvertToLong(), "whole number").longValue();
    }

    double number(String name) throws MalformedRecordException {
        return required(name, field(name).isNumber(), "number").doubleValue();
    }

    boolean truth(String name) throws MalformedRecordException {
        return required(name, field(name).isBoolean(), "boolean").booleanValue();
    }

    /** A time in UTC, which must be within the bounds of {@link PlausibleTime}. */
    Instant time(String name) throws MalformedRecordException {
        return PlausibleTime.required(name, instant(name));
    }

    /** A time in UTC that is left out if it is outside of the bounds of {@link PlausibleTime}. */
    Optional<Instant> optionalTime(String name) throws MalformedRecordException {
        return has(name) ? PlausibleTime.of(instant(name)) : Optional.empty();
    }

    private Instant instant(String name) throws MalformedRecordException {
        try {
            return Instant.parse(text(name));
        } catch (DateTimeParseException e) {
            throw new MalformedRecordException("the field " + name + " is no time in UTC");
        }
    }

    /** A duration in milliseconds, which must be one between two plausible times. */
    Duration millis(String name) throws MalformedRecordException {
        return PlausibleTime.duration(name, longInteger(name));
    }

    private JsonNode field(String name) {
        return fields.path(name);
    }

    private JsonNode required(String name, boolean sound, String kind) throws MalformedRecordException {
        if (!sound) {
            throw new MalformedRecordException(has(name)
                    ? "the field " + name + " is no " + kind
                    : "the field " + name + " is missing");
        }
        return field(name);
    }
}
