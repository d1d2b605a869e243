package io.flinkvision.job.record;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;

/**
 * One header of a Kafka record. Names may repeat, in upper or lower case; the last one counts.
 *
 * @param name the header's name
 * @param value its bytes; not copied, so nobody may change them; empty where the producer sent none
 */
public record RecordHeader(String name, Optional<byte[]> value) {

    public RecordHeader {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(value, "value");
    }

    /** A header whose value is text, in UTF-8. */
    public static RecordHeader text(String name, String value) {
        return new RecordHeader(name, Optional.of(value.getBytes(StandardCharsets.UTF_8)));
    }

    /** The value read as UTF-8 text, or empty where there is none. */
    public Optional<String> text() {
        return value.map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }
}
