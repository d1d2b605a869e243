package io.flinkvision.tools.watch;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinkvision.job.format.FramedValue;
import io.flinkvision.job.format.RecordSchema;
import io.flinkvision.job.record.CameraFrame;
import io.flinkvision.job.record.PictureOrigin;
import io.flinkvision.job.record.PrintableText;
import io.flinkvision.job.record.RecordCoordinates;
import io.flinkvision.tools.watch.OutputRecord.Malformed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Records as lines for programs: one JSON object per line, safe to print on a terminal. */
public final class JsonLines {

    private JsonLines() {}

    /**
     * An output record's value as it is, or the JSON of one in Avro or Protobuf. A malformed record is
     * <code>{"malformed":{"at":{...},"key","reason"}}</code>, where {@code at} has its coordinates.
     */
    public static String label(OutputRecord record) {
        if (record instanceof Malformed malformed) {
            ObjectNode line = JsonNodeFactory.instance.objectNode();
            ObjectNode fields = line.putObject("malformed");
            putCoordinates(fields, "at", coordinates(malformed.record()));
            if (malformed.record().key() != null) {
                fields.put("key", TextLines.key(malformed.record()));
            }
            fields.put("reason", malformed.reason());
            return PrintableText.escaped(line.toString());
        }
        return value(record.record(), RecordSchema.CLASSIFICATION);
    }

    /** An event's value as it is, or the JSON of one in Avro or Protobuf. */
    public static String event(ConsumerRecord<byte[], byte[]> record) {
        return record.value() == null ? "null" : value(record, RecordSchema.EVENT);
    }

    /** A state's value as it is; <code>{"forgotten":{"key"}}</code> for a state that is deleted. */
    public static String state(ConsumerRecord<byte[], byte[]> record) {
        if (record.value() != null) {
            return text(record.value());
        }
        ObjectNode line = JsonNodeFactory.instance.objectNode();
        line.putObject("forgotten").put("key", TextLines.key(record));
        return PrintableText.escaped(line.toString());
    }

    private static String value(ConsumerRecord<byte[], byte[]> record, RecordSchema schema) {
        try {
            return text(FramedValue.asJson(record.value(), schema));
        } catch (IOException e) {
            // Malformed; so it is shown as it is, like malformed JSON.
            return text(record.value());
        }
    }

    /** Control characters are escaped as in JSON, so that a parser reads the same value. */
    private static String text(byte[] json) {
        // Line ends and tabs are valid only between the tokens of JSON.
        return PrintableText.escaped(new String(json, StandardCharsets.UTF_8).replaceAll("[\r\n\t]", " ").strip());
    }

    /**
     * A dead letter: <code>{"deadLetter":{"key","code","message","source":{...},"failedAt","at":{...},"omitted",
     * "replayed","replayedFrom"}}</code>, where {@code at} has its own coordinates. Missing headers are left out.
     */
    public static String deadLetter(DeadLetterRecord letter) {
        ObjectNode line = JsonNodeFactory.instance.objectNode();
        ObjectNode fields = line.putObject("deadLetter");
        if (letter.record().key() != null) {
            fields.put("key", TextLines.key(letter.record()));
        }
        letter.headers().code().ifPresent(code -> fields.put("code", code));
        letter.headers().message().ifPresent(message -> fields.put("message", message));
        letter.headers().source().ifPresent(source -> putOrigin(fields, source));
        letter.headers().failedAt().ifPresent(time -> fields.put("failedAt", time.toString()));
        putCoordinates(fields, "at", letter.coordinates());
        letter.headers().omitted().ifPresent(parts -> fields.put("omitted", parts));
        if (letter.headers().replayed() > 0) {
            fields.put("replayed", letter.headers().replayed());
            letter.headers().replayedFrom().ifPresent(from -> fields.put("replayedFrom", from));
        }
        return PrintableText.escaped(line.toString());
    }

    static RecordCoordinates coordinates(ConsumerRecord<byte[], byte[]> record) {
        return new RecordCoordinates(record.topic(), record.partition(), record.offset());
    }

    private static void putOrigin(ObjectNode fields, PictureOrigin origin) {
        if (origin instanceof CameraFrame frame) {
            fields.putObject("source")
                    .put("camera", frame.camera())
                    .put("session", frame.session())
                    .put("frame", frame.number());
        } else {
            putCoordinates(fields, "source", (RecordCoordinates) origin);
        }
    }

    private static void putCoordinates(ObjectNode parent, String name, RecordCoordinates coordinates) {
        parent.putObject(name)
                .put("topic", coordinates.topic())
                .put("partition", coordinates.partition())
                .put("offset", coordinates.offset());
    }
}
