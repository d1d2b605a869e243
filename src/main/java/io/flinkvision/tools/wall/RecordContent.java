package io.flinkvision.tools.wall;

import io.flinkvision.core.image.RawPicture;
import io.flinkvision.job.record.MalformedRecordException;
import io.flinkvision.job.record.RawRecord;
import io.flinkvision.job.record.RecordHeader;
import io.flinkvision.job.record.ValueReader.PictureBytes;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** The picture in a record, which its headers describe as the job reads them. */
sealed interface RecordContent {

    /** A file. */
    record Encoded(byte[] bytes) implements RecordContent {}

    /** Pixels. */
    record Raw(RawPicture picture) implements RecordContent {}

    /** @param reason why there is no picture, for people: a sentence without its end */
    record None(String reason) implements RecordContent {}

    /**
     * Reads a record.
     *
     * @param reader takes the picture out of the value
     */
    static RecordContent of(RawRecord record, Function<byte[], PictureBytes> reader) {
        Optional<byte[]> value = record.value().filter(bytes -> bytes.length > 0);
        if (value.isEmpty()) {
            return new None("The record has no value");
        }
        String contentType = record.header(RecordHeader.CONTENT_TYPE)
                .map(text -> text.split(";", 2)[0].strip().toLowerCase(Locale.ROOT))
                .orElse("");
        if (contentType.equals(RecordHeader.REFERENCE)) {
            // Whoever asks for it.
            return new None("The record only refers to a picture, and the wall reads no other place than Kafka");
        }
        PictureBytes read = reader.apply(value.get());
        if (read instanceof PictureBytes.Refused refused) {
            return new None(refused.reason().message());
        }
        byte[] bytes = ((PictureBytes.Found) read).bytes();
        return record.hasRawPixels() ? raw(record, bytes) : new Encoded(bytes);
    }

    private static RecordContent raw(RawRecord record, byte[] pixels) {
        try {
            return new Raw(record.rawPicture(pixels));
        } catch (MalformedRecordException e) {
            return new None(e.getMessage());
        }
    }
}
