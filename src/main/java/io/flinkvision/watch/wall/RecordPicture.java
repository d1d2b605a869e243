package io.flinkvision.watch.wall;

import io.flinkvision.image.RawFormat;
import io.flinkvision.image.ThumbnailMaker;
import io.flinkvision.image.ThumbnailMaker.Thumbnail;
import io.flinkvision.stream.RecordHeaders;
import io.flinkvision.stream.ValueReader;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/** The picture in a record, which its headers may describe as the job reads them. */
final class RecordPicture {

    private RecordPicture() {}

    /** A thumbnail of it; empty where there is none, it cannot be decoded, or the record only refers to one. */
    static Optional<Thumbnail> thumbnail(ConsumerRecord<byte[], byte[]> record, ThumbnailMaker maker) {
        if (record.value() == null) {
            return Optional.empty();
        }
        String contentType = header(record, RecordHeaders.CONTENT_TYPE)
                .map(text -> text.split(";", 2)[0].strip().toLowerCase(Locale.ROOT))
                .orElse("");
        return switch (contentType) {
            // The wall reads no other place than Kafka, whoever asks for it.
            case RecordHeaders.REFERENCE -> Optional.empty();
            case RecordHeaders.RAW_PIXELS -> raw(record, maker);
            default -> maker.make(ValueReader.anyPicture(record.value()));
        };
    }

    private static Optional<Thumbnail> raw(ConsumerRecord<byte[], byte[]> record, ThumbnailMaker maker) {
        Optional<Integer> width = number(record, RecordHeaders.WIDTH);
        Optional<Integer> height = number(record, RecordHeaders.HEIGHT);
        Optional<RawFormat> format = header(record, RecordHeaders.FORMAT).flatMap(RawFormat::named);
        return width.isEmpty() || height.isEmpty() || format.isEmpty()
                ? Optional.empty()
                : maker.makeRaw(record.value(), width.get(), height.get(), format.get());
    }

    private static Optional<Integer> number(ConsumerRecord<byte[], byte[]> record, String name) {
        return header(record, name).filter(text -> text.matches("[0-9]{1,9}")).map(Integer::valueOf);
    }

    private static Optional<String> header(ConsumerRecord<byte[], byte[]> record, String name) {
        Optional<byte[]> last = Optional.empty();
        for (Header header : record.headers()) {
            if (header.key().equalsIgnoreCase(name)) {
                last = Optional.ofNullable(header.value());
            }
        }
        return last.map(value -> new String(value, StandardCharsets.UTF_8).strip());
    }
}
