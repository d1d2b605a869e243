package io.flinkvision.job.record;

import io.flinkvision.core.image.RawFormat;
import io.flinkvision.core.image.RawPicture;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.record.AbstractRecords;
import org.apache.kafka.common.record.CompressionType;
import org.apache.kafka.common.record.RecordBatch;

/**
 * A record of an input topic, or a camera's frame in the form of one, as it was read: nothing in it has been looked at
 * yet.
 *
 * @param origin where it was read
 * @param key the camera or stream it comes from; empty where the producer sent none
 * @param value the encoded picture, raw pixels, or a reference; empty for a tombstone
 * @param headers in the producer's order
 */
public record RawRecord(
        PictureOrigin origin, Optional<byte[]> key, Optional<byte[]> value, List<RecordHeader> headers) {

    public RawRecord {
        Objects.requireNonNull(origin, "origin");
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(value, "value");
        headers = List.copyOf(headers);
    }

    /** The record as Kafka gave it. */
    public static RawRecord of(ConsumerRecord<byte[], byte[]> record) {
        List<RecordHeader> headers = new ArrayList<>();
        for (Header header : record.headers()) {
            headers.add(new RecordHeader(header.key(), Optional.ofNullable(header.value())));
        }
        return new RawRecord(
                new RecordCoordinates(record.topic(), record.partition(), record.offset()),
                Optional.ofNullable(record.key()),
                Optional.ofNullable(record.value()),
                headers);
    }

    /**
     * Where in Kafka it was read.
     *
     * @throws IllegalStateException if it is a camera's frame
     */
    public RecordCoordinates coordinates() {
        return origin.inKafka().orElseThrow(() -> new IllegalStateException(origin + " is no record of Kafka"));
    }

    /** A record for Kafka, whose time is when it is written. */
    public static ProducerRecord<byte[], byte[]> outgoing(
            String topic, Optional<byte[]> key, Optional<byte[]> value, List<RecordHeader> headers) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, key.orElse(null), value.orElse(null));
        headers.forEach(header -> record.headers().add(header.name(), header.value().orElse(null)));
        return record;
    }

    /** Bytes that a record takes in a topic, at most; compression may make it smaller. */
    public static int bytes(ProducerRecord<byte[], byte[]> record) {
        return AbstractRecords.estimateSizeInBytesUpperBound(RecordBatch.CURRENT_MAGIC_VALUE, CompressionType.NONE,
                record.key(), record.value(), record.headers().toArray());
    }

    /**
     * The text of the last header of a name, without white space around it; empty where there is none. Upper and lower
     * case are the same: who comes from HTTP writes {@code Content-Type}.
     */
    public Optional<String> header(String name) {
        for (int i = headers.size() - 1; i >= 0; i--) {
            if (headers.get(i).name().equalsIgnoreCase(name)) {
                return headers.get(i).text().map(String::strip);
            }
        }
        return Optional.empty();
    }

    /** Whether the headers say that its picture is raw pixels. */
    public boolean hasRawPixels() {
        return header(RecordHeader.CONTENT_TYPE)
                .map(text -> text.split(";", 2)[0].strip().toLowerCase(Locale.ROOT))
                .filter(RecordHeader.RAW_PIXELS::equals).isPresent();
    }

    /**
     * The picture that the headers make of raw pixels.
     *
     * @param pixels those of the value
     * @throws MalformedRecordException if the headers lack its size or format, or it has another number of pixels
     */
    public RawPicture rawPicture(byte[] pixels) throws MalformedRecordException {
        Optional<Integer> width = number(RecordHeader.WIDTH);
        Optional<Integer> height = number(RecordHeader.HEIGHT);
        Optional<RawFormat> format = header(RecordHeader.FORMAT).flatMap(RawFormat::named);
        if (width.isEmpty() || height.isEmpty() || format.isEmpty()) {
            throw new MalformedRecordException("The record has raw pixels, but not their width, height and format");
        }
        try {
            return new RawPicture(pixels, width.get(), height.get(), format.get());
        } catch (IllegalArgumentException e) {
            throw new MalformedRecordException(e.getMessage());
        }
    }

    private Optional<Integer> number(String name) {
        return header(name).filter(text -> text.matches("[0-9]{1,9}")).map(Integer::valueOf);
    }

    /** The key as it stands in the labels: the text in UTF-8, or else in Base64. */
    public Optional<String> keyText() {
        return JsonObject.keyText(key);
    }

    /** The time at which the picture was taken, from its producer; malformed and implausible times are ignored. */
    public Optional<Instant> captureTime() {
        return header(RecordHeader.CAPTURE_TIME).flatMap(text -> CaptureTime.read(text).time());
    }

    /** The reason, for a person, to ignore a capture time that the producer sent; empty where none is ignored. */
    public Optional<String> captureTimeProblem() {
        return header(RecordHeader.CAPTURE_TIME).flatMap(text -> CaptureTime.read(text).problem());
    }

    /** All headers but the one that describes the value's bytes, which do not travel on. */
    public List<RecordHeader> travellingHeaders() {
        return headers.stream()
                .filter(header -> !header.name().equalsIgnoreCase(RecordHeader.CONTENT_TYPE))
                .toList();
    }

    /** Bytes of the key and of the headers' names and values. */
    public int descriptionBytes() {
        int bytes = key.map(text -> text.length).orElse(0);
        for (RecordHeader header : headers) {
            bytes += header.name().length() + header.value().map(value -> value.length).orElse(0);
        }
        return bytes;
    }
}
