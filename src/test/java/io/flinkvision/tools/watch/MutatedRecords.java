package io.flinkvision.tools.watch;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Records of the job's output topics, valid ones and what an attacker may make of them: bytes changed, cut and doubled,
 * fields of JSON and headers of extreme size, type and depth, times that cannot be. The same seed gives the same.
 */
public final class MutatedRecords {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PLACE = "\"here-goes-the-extreme\"";

    private static final List<String> EXTREME_VALUES = List.of(
            "\"+33658-09-27T01:46:39.999Z\"", "\"+1000000000-12-31T23:59:59.999999999Z\"",
            "\"-1000000000-01-01T00:00:00Z\"", "\"0000-01-01T00:00:00Z\"", "\"1969-12-31T23:59:59Z\"",
            "\"2099-12-31T23:59:59Z\"", "\"9999-12-31T24:00:00Z\"",
            "0", "-1", "2147483647", "2147483648", "9223372036854775807", "-9223372036854775808",
            "9223372036854775808", "1e308", "-1e308", "1e999", "-0.0", "1e-400", "NaN", "-Infinity",
            "9".repeat(900), "-" + "9".repeat(2_000), "0." + "3".repeat(5_000), "1e" + "9".repeat(50),
            "null", "true", "{}", "[]", "\"\"", "[[]]", "{\"label\":{}}",
            "[".repeat(900) + "]".repeat(900), "[".repeat(20_000) + "]".repeat(20_000),
            "{\"a\":".repeat(900) + "1" + "}".repeat(900),
            "\"" + "x".repeat(100_000) + "\"", "\"\\u0000\\u001b[2J\\u001b]0;title\\u0007\"", "\"\\ud800\"",
            "\"\u202e\u2066<img src=x onerror='window.hacked = true'>\"", "\"\\u0000\"", "\"images-0-0\"");

    private static final List<String> HEADERS = List.of("error-code", "error-message", "source-topic",
            "source-partition", "source-offset", "failed-at", "replayed", "replayed-from", "omitted", "content-type",
            "width");

    private static final List<byte[]> EXTREME_HEADERS = List.of(
            bytes("999999999999999"), bytes("999999999999999999"), bytes("9223372036854775808"),
            bytes("-9223372036854775808"), bytes("0"), bytes("-1"), bytes("999999999"), bytes("2147483648"), bytes(""),
            bytes("NaN"), bytes("\u001b[2J"), bytes("\u202e\u2066"), bytes("x".repeat(50_000)),
            bytes("9".repeat(5_000)),
            new byte[] {(byte) 0xc3, 0x28, (byte) 0xff, 0}, bytes("../../etc"), bytes("labels\n\r\t\0"));

    private final Random random;

    public MutatedRecords(long seed) {
        this.random = new Random(seed);
    }

    /** What the job writes for a picture at an offset of {@code images}: labels or reused ones. */
    public static ProducerRecord<byte[], byte[]> label(String topic, int offset) {
        String value = offset % 4 == 0 ? SampleOutput.reused(offset) : SampleOutput.json(offset);
        return new ProducerRecord<>(topic, bytes("gate"), bytes(value));
    }

    /** A dead letter of the job. */
    public static ProducerRecord<byte[], byte[]> deadLetter(String topic, int offset) {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(topic, bytes("gate"), new byte[] {(byte) 0xff, (byte) 0xd8, 1, 2, 3});
        SampleDeadLetter.ofJob(offset, new byte[0]).headers().forEach(record.headers()::add);
        return record;
    }

    /** An event of each type in turn. */
    public static ProducerRecord<byte[], byte[]> event(String topic, int number) {
        return SampleEvents.record(topic, "gate", SampleEvents.any(number));
    }

    /** A state of each kind in turn. */
    public static ProducerRecord<byte[], byte[]> state(String topic, int number) {
        return SampleStates.record(topic, number % 2 == 0 ? "gate" : "gate/bay", SampleStates.any(number));
    }

    /** A valid record after one to three changes. */
    public ProducerRecord<byte[], byte[]> mutated(ProducerRecord<byte[], byte[]> valid) {
        byte[] key = valid.key();
        byte[] value = valid.value();
        RecordHeaders headers = new RecordHeaders(valid.headers());
        long timestamp = Instant.now().toEpochMilli();
        for (int left = 1 + random.nextInt(3); left > 0; left--) {
            switch (random.nextInt(10)) {
                case 0 -> key = random.nextInt(4) == 0 ? null : changed(key);
                case 1 -> timestamp = List.of(0L, 1L, Long.MAX_VALUE, 4_102_444_800_001L, 253_402_300_800_000L)
                        .get(random.nextInt(5));
                case 2 -> value = random.nextInt(8) == 0 ? null : changed(value);
                case 3, 4, 5 -> headers = changed(headers);
                default -> value = withExtreme(value);
            }
        }
        return new ProducerRecord<>(valid.topic(), null, timestamp, key, value, headers);
    }

    private byte[] changed(byte[] bytes) {
        if (bytes == null || bytes.length == 0) {
            byte[] noise = new byte[random.nextInt(64)];
            random.nextBytes(noise);
            return noise;
        }
        int at = random.nextInt(bytes.length);
        byte[] changed = bytes.clone();
        return switch (random.nextInt(5)) {
            case 0 -> Arrays.copyOf(bytes, at);
            case 1 -> {
                changed[at] ^= (byte) (1 << random.nextInt(8));
                yield changed;
            }
            case 2 -> {
                changed[at] = (byte) random.nextInt(256);
                yield changed;
            }
            case 3 -> joined(Arrays.copyOf(bytes, at), bytes);
            default -> joined(changed, changed);
        };
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] joined = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, joined, first.length, second.length);
        return joined;
    }

    private RecordHeaders changed(RecordHeaders headers) {
        String name = HEADERS.get(random.nextInt(HEADERS.size()));
        RecordHeaders changed = new RecordHeaders(headers);
        if (random.nextInt(3) == 0) {
            changed.remove(name);
        }
        if (random.nextInt(6) == 0) {
            changed.add(name, null);
        } else {
            changed.add(name, EXTREME_HEADERS.get(random.nextInt(EXTREME_HEADERS.size())));
        }
        return changed;
    }

    /** The JSON with one of its fields replaced, missing, or there twice; other bytes as they are. */
    private byte[] withExtreme(byte[] value) {
        JsonNode root;
        try {
            root = value == null ? null : JSON.readTree(new String(value, UTF_8));
        } catch (JsonProcessingException e) {
            return value;
        }
        List<Runnable> replacements = new ArrayList<>();
        if (root == null || !collect(root, replacements)) {
            return value;
        }
        replacements.get(random.nextInt(replacements.size())).run();
        String extreme = EXTREME_VALUES.get(random.nextInt(EXTREME_VALUES.size()));
        return bytes(root.toString().replace(PLACE, extreme));
    }

    private boolean collect(JsonNode node, List<Runnable> replacements) {
        String place = PLACE.substring(1, PLACE.length() - 1);
        if (node instanceof ObjectNode object) {
            for (String name : (Iterable<String>) object::fieldNames) {
                replacements.add(() -> object.put(name, place));
                if (replacements.size() % 7 == 0) {
                    replacements.add(() -> object.remove(name));
                }
                collect(object.get(name), replacements);
            }
        } else if (node instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                int index = i;
                replacements.add(() -> array.set(index, place));
                collect(array.get(i), replacements);
            }
        }
        return !replacements.isEmpty();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
