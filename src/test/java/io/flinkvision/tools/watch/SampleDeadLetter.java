package io.flinkvision.tools.watch;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

/** Records of a dead-letter topic. */
final class SampleDeadLetter {

    private SampleDeadLetter() {}

    /** A record of the topic {@code dead-letters} with these headers, names and values in turn. */
    static ConsumerRecord<byte[], byte[]> record(long offset, byte[] value, String... headers) {
        Headers all = new RecordHeaders();
        for (int i = 0; i < headers.length; i += 2) {
            all.add(headers[i], headers[i + 1].getBytes(UTF_8));
        }
        return new ConsumerRecord<>("dead-letters", 0, offset, SampleOutput.TIME, TimestampType.CREATE_TIME, 0, 0,
                "gate".getBytes(UTF_8), value, all, Optional.empty());
    }

    /** One of a frame that the job has read from a camera itself, of 2 x 1 pixels. */
    static ConsumerRecord<byte[], byte[]> ofCamera(long offset, byte[] value) {
        return record(offset, value, "content-type", "image/x-raw", "width", "2", "height", "1", "format", "bgr24",
                "error-code", "CLASSIFICATION_FAILED", "error-message", "The network failed", "source-camera",
                "hall/2", "source-session", "1790000000000", "source-frame", "41", "failed-at", "1767268800301");
    }

    /** One that the job has written of the picture at {@code images-0-41}. */
    static ConsumerRecord<byte[], byte[]> ofJob(long offset, byte[] value) {
        return record(offset, value, "frame", "7", "error-code", "TRUNCATED", "error-message", "It ends too early",
                "source-topic", "images", "source-partition", "0", "source-offset", "41", "failed-at", "1767268800301");
    }
}
