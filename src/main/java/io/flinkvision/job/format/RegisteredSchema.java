package io.flinkvision.job.format;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * A schema with the number that a registry gave it. Values begin as those of Confluent's serialisers do: a zero byte and
 * that number, and in Protobuf the place of the message in its file, which is another zero byte for the first one.
 *
 * @param schema what the records are
 * @param format one that {@linkplain RecordFormat#hasSchema() has} a schema
 * @param id the number
 */
public record RegisteredSchema(RecordSchema schema, RecordFormat format, int id) implements Serializable {

    private static final int INITIAL_BYTES = 512;

    public RegisteredSchema {
        Objects.requireNonNull(schema, "schema");
        if (!format.hasSchema()) {
            throw new IllegalArgumentException("Records in " + format + " have no schema in a registry");
        }
    }

    /** A record as the value of a Kafka record. */
    public byte[] write(JsonNode json) {
        ByteArrayOutputStream value = new ByteArrayOutputStream(INITIAL_BYTES);
        value.write(FramedValue.MAGIC);
        value.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(id).array());
        if (format == RecordFormat.PROTOBUF) {
            value.write(FramedValue.FIRST_MESSAGE);
        }
        try {
            schema.write(json, format, value);
        } catch (IOException e) {
            throw new UncheckedIOException("Writing to memory failed", e);
        }
        return value.toByteArray();
    }
}
