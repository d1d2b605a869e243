package io.flinkvision.tools.watch;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

/** Records of an output topic, as the job writes them, without a job. */
public final class SampleOutput {

    /** {@code 2026-01-01T12:00:00.301Z} in milliseconds: when the samples were classified and written. */
    public static final long TIME = 1_767_268_800_301L;

    private SampleOutput() {}

    /** A record of the camera {@code gate}, whose first label is {@code food} with 0.75. */
    public static String json(long offset) {
        return json(offset, "gate", "food", 0.75);
    }

    /** A record of a camera, with its first label; the second one is {@code other} with 0.2. */
    public static String json(long offset, String camera, String label, double score) {
        return """
                {"id":"images-0-%d","source":{"topic":"images","partition":0,"offset":%d},"key":"%s",\
                "captureTime":"2026-01-01T12:00:00.123Z","image":{"width":768,"height":1344,"format":"jpeg"},\
                "model":{"name":"triage","digest":"%s"},"labels":[{"label":"%s","index":0,"score":%s},\
                {"label":"other","index":2,"score":0.2}],"decodeMillis":11.2,"inferenceMillis":1.9,\
                "classifiedAt":"2026-01-01T12:00:00.301Z"}""".formatted(
                offset, offset, camera, "0".repeat(64), label, score);
    }

    /** {@link #json(long)} with the labels of the record before it. */
    public static String reused(long offset) {
        return json(offset).replaceFirst("\"inferenceMillis\":1.9,",
                "\"inferenceMillis\":0,\"reused\":{\"id\":\"images-0-%d\"},".formatted(offset - 1));
    }

    /** A record of the topic {@code labels} with this value. */
    public static ConsumerRecord<byte[], byte[]> record(String key, String value) {
        return record(key, value == null ? null : value.getBytes(UTF_8));
    }

    static ConsumerRecord<byte[], byte[]> record(String key, byte[] value) {
        return new ConsumerRecord<>("labels", 0, 7, TIME, TimestampType.CREATE_TIME, 0, 0,
                key == null ? null : key.getBytes(UTF_8), value, new RecordHeaders(), Optional.empty());
    }
}
