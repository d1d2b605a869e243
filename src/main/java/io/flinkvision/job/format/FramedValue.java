package io.flinkvision.job.format;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Reads values that a {@link RegisteredSchema} wrote, without a registry: the schemas of all releases are alike but for
 * fields that a later one added at their end.
 */
public final class FramedValue {

    static final byte MAGIC = 0;

    /** In Protobuf. Avro's first field is a text that is never empty, so that its length is not zero there. */
    static final byte FIRST_MESSAGE = 0;

    private static final int HEADER_BYTES = 1 + Integer.BYTES;

    private FramedValue() {}

    /** Whether a value begins as those of a schema registry do, which JSON does not. */
    public static boolean isIn(byte[] value) {
        return value.length > 0 && value[0] == MAGIC;
    }

    /**
     * The JSON of a record.
     *
     * @param value that {@link #isIn} is true of
     * @param schema what the record is
     * @throws IOException if it is none
     */
    public static ObjectNode read(byte[] value, RecordSchema schema) throws IOException {
        if (value.length <= HEADER_BYTES) {
            throw new IOException("it has " + value.length + " bytes, no more than the number of its schema");
        }
        int id = ByteBuffer.wrap(value).getInt(1);
        boolean isProtobuf = value[HEADER_BYTES] == FIRST_MESSAGE;
        RecordFormat format = isProtobuf ? RecordFormat.PROTOBUF : RecordFormat.AVRO;
        int start = isProtobuf ? HEADER_BYTES + 1 : HEADER_BYTES;
        try {
            return schema.read(ByteBuffer.wrap(value, start, value.length - start).slice(), format);
        } catch (IOException e) {
            throw new IOException("its schema has the number " + id + ", but the rest is no such record in "
                    + (isProtobuf ? "Protobuf" : "Avro") + ": " + e.getMessage(), e);
        }
    }

    /**
     * A value as JSON text, whichever format it has.
     *
     * @param schema what the record is
     * @throws IOException if it begins as those of a registry do, but is no such record
     */
    public static byte[] asJson(byte[] value, RecordSchema schema) throws IOException {
        return isIn(value) ? read(value, schema).toString().getBytes(StandardCharsets.UTF_8) : value;
    }
}
