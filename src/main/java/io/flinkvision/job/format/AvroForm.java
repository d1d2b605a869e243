package io.flinkvision.job.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;

/**
 * Avro's binary encoding of a record's JSON. An absent field is null, a time is a {@code timestamp-millis}.
 *
 * <p>Avro's own reader of records takes memory for as many bytes as a text claims to have, before it reads them, and so
 * a malformed record could end the process; this one asks first how many there are.
 */
final class AvroForm {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /** The branches of all unions. */
    private static final int ABSENT = 0;
    private static final int PRESENT = 1;

    private AvroForm() {}

    static void write(JsonNode record, Schema schema, OutputStream out) throws IOException {
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
        writeValue(record, schema, encoder);
        encoder.flush();
    }

    private static void writeValue(JsonNode value, Schema schema, BinaryEncoder out) throws IOException {
        switch (schema.getType()) {
            case UNION -> {
                boolean isAbsent = value.isMissingNode() || value.isNull();
                out.writeIndex(isAbsent ? ABSENT : PRESENT);
                if (!isAbsent) {
                    writeValue(value, schema.getTypes().get(PRESENT), out);
                }
            }
            case RECORD -> {
                for (Schema.Field field : schema.getFields()) {
                    writeField(value.path(field.name()), field, out);
                }
            }
            case ARRAY -> {
                out.writeArrayStart();
                out.setItemCount(value.size());
                for (JsonNode element : value) {
                    out.startItem();
                    writeValue(element, schema.getElementType(), out);
                }
                out.writeArrayEnd();
            }
            case STRING -> out.writeString(value.asText());
            case INT -> out.writeInt(value.intValue());
            case LONG -> out.writeLong(
                    isTime(schema) ? Instant.parse(value.asText()).toEpochMilli() : value.longValue());
            case FLOAT -> out.writeFloat(value.floatValue());
            case DOUBLE -> out.writeDouble(value.doubleValue());
            case BOOLEAN -> out.writeBoolean(value.booleanValue());
            default -> throw unused(schema);
        }
    }

    private static void writeField(JsonNode value, Schema.Field field, BinaryEncoder out) throws IOException {
        if (value.isMissingNode() && !isOptional(field)) {
            throw new IllegalStateException("The record has no field " + field.name() + ", which its schema requires");
        }
        writeValue(value, field.schema(), out);
    }

    private static boolean isOptional(Schema.Field field) {
        return field.schema().getType() == Schema.Type.UNION;
    }

    private static boolean isTime(Schema schema) {
        return schema.getLogicalType() instanceof LogicalTypes.TimestampMillis;
    }

    private static IllegalStateException unused(Schema schema) {
        return new IllegalStateException("No schema of this release has the type " + schema.getType());
    }

    /**
     * Reads a record of this release, or of another one: since later releases only add optional fields at the end, an
     * earlier one's record ends sooner, and of a later one's record the rest is left alone.
     *
     * @throws IOException if it is none
     */
    static ObjectNode read(ByteBuffer bytes, Schema schema) throws IOException {
        BinaryDecoder in = DecoderFactory.get().binaryDecoder(
                bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining(), null);
        ObjectNode record = JSON.objectNode();
        try {
            for (Schema.Field field : schema.getFields()) {
                if (in.isEnd() && isOptional(field)) {
                    break;
                }
                readField(field, in, record);
            }
            return record;
        } catch (EOFException e) {
            throw new IOException("it ends too early" + (e.getMessage() == null ? "" : ", as " + e.getMessage()), e);
        } catch (AvroRuntimeException | UnsupportedOperationException | DateTimeException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static void readField(Schema.Field field, BinaryDecoder in, ObjectNode record) throws IOException {
        Schema schema = field.schema();
        if (!isOptional(field)) {
            record.set(field.name(), readValue(schema, in));
        } else if (isPresent(in.readIndex())) {
            record.set(field.name(), readValue(schema.getTypes().get(PRESENT), in));
        }
    }

    private static boolean isPresent(int branch) throws IOException {
        if (branch != ABSENT && branch != PRESENT) {
            throw new IOException("an optional field has the branch " + branch + ", not " + ABSENT + " or " + PRESENT);
        }
        return branch == PRESENT;
    }

    private static JsonNode readValue(Schema schema, BinaryDecoder in) throws IOException {
        return switch (schema.getType()) {
            case RECORD -> {
                ObjectNode record = JSON.objectNode();
                for (Schema.Field field : schema.getFields()) {
                    readField(field, in, record);
                }
                yield record;
            }
            case ARRAY -> readArray(schema, in);
            case STRING -> JSON.textNode(readText(in));
            case INT -> JSON.numberNode(in.readInt());
            case LONG -> isTime(schema)
                    ? JSON.textNode(Instant.ofEpochMilli(in.readLong()).toString())
                    : JSON.numberNode(in.readLong());
            case FLOAT -> JSON.numberNode(in.readFloat());
            case DOUBLE -> JSON.numberNode(in.readDouble());
            case BOOLEAN -> JSON.booleanNode(in.readBoolean());
            default -> throw unused(schema);
        };
    }

    private static ArrayNode readArray(Schema schema, BinaryDecoder in) throws IOException {
        ArrayNode array = JSON.arrayNode();
        for (long count = in.readArrayStart(); count != 0; count = in.arrayNext()) {
            for (long i = 0; i < count; i++) {
                array.add(readValue(schema.getElementType(), in));
            }
        }
        return array;
    }

    private static String readText(BinaryDecoder in) throws IOException {
        long length = in.readLong();
        int rest = in.inputStream().available();
        if (length < 0 || length > rest) {
            throw new EOFException("a text says that it has " + length + " bytes, of which there are " + rest);
        }
        byte[] text = new byte[(int) length];
        in.readFixed(text);
        return new String(text, StandardCharsets.UTF_8);
    }
}
