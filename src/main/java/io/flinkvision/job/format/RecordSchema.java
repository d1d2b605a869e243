package io.flinkvision.job.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Descriptors.Descriptor;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import org.apache.avro.Schema;

/**
 * What a topic's records are. For each there is an Avro schema and a Protobuf message in {@code conf/schemas}, whose
 * fields have the names and the contents of the JSON; all other classes of this package follow these two files.
 */
public enum RecordSchema {

    CLASSIFICATION(Set.of("labels")),
    EVENT(Set.of());

    /** The lists that a record has even if they are empty, which Protobuf cannot tell from absent ones. */
    private final Set<String> lists;

    RecordSchema(Set<String> lists) {
        this.lists = lists;
    }

    /** Loaded when first used, since most jobs write JSON. */
    private static final class Forms {

        private static final Forms CLASSIFICATION = new Forms(RecordSchema.CLASSIFICATION);
        private static final Forms EVENT = new Forms(RecordSchema.EVENT);

        private final Schema avro;
        private final Descriptor protobuf;

        private Forms(RecordSchema schema) {
            avro = new Schema.Parser().parse(schema.text(RecordFormat.AVRO));
            protobuf = ProtoFile.parse(schema.text(RecordFormat.PROTOBUF)).getMessageTypes().get(0);
        }
    }

    private Forms forms() {
        return this == CLASSIFICATION ? Forms.CLASSIFICATION : Forms.EVENT;
    }

    /**
     * The schema's file in {@code conf/schemas}.
     *
     * @param format one that {@linkplain RecordFormat#hasSchema() has} a schema
     */
    public String file(RecordFormat format) {
        return name().toLowerCase(Locale.ROOT) + (format == RecordFormat.AVRO ? ".avsc" : ".proto");
    }

    /** The schema's text, as it is registered. */
    public String text(RecordFormat format) {
        String file = file(format);
        try (InputStream text = RecordSchema.class.getResourceAsStream(file)) {
            if (text == null) {
                throw new IllegalStateException("The schema " + file + " is missing in the jar; build it with Maven");
            }
            return new String(text.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("The schema " + file + " cannot be read from the jar", e);
        }
    }

    /** Writes a record's JSON in a format with a schema. */
    void write(JsonNode json, RecordFormat format, OutputStream out) throws IOException {
        if (format == RecordFormat.AVRO) {
            AvroForm.write(json, forms().avro, out);
        } else {
            ProtobufForm.write(json, forms().protobuf, out);
        }
    }

    /**
     * Reads what {@link #write} wrote, of this release or another one.
     *
     * @throws IOException if it is no such record
     */
    ObjectNode read(ByteBuffer bytes, RecordFormat format) throws IOException {
        return format == RecordFormat.AVRO
                ? AvroForm.read(bytes, forms().avro)
                : ProtobufForm.read(bytes, forms().protobuf, lists);
    }
}
