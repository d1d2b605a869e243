package io.flinkvision.tools.wall;

import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.core.image.RawFormat;
import io.flinkvision.core.image.ThumbnailMaker.Thumbnail;
import io.flinkvision.core.image.ThumbnailMaker;
import io.flinkvision.job.record.RawRecord;
import io.flinkvision.job.record.RecordHeader;
import io.flinkvision.job.record.ValueReader;
import java.util.Locale;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes thumbnails of the pictures in records, which their headers may describe as the job reads them. It decodes one
 * at a time, whichever thread asks, so that the wall needs native memory for one picture only.
 */
final class RecordPictures implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RecordPictures.class);

    private static final int THUMBNAIL_SIDE = 320;

    private final DecodeLimits limits;
    private Optional<ThumbnailMaker> maker = Optional.empty();
    private boolean closed;

    /** @param limits of the pictures */
    RecordPictures(DecodeLimits limits) {
        this.limits = limits;
    }

    /**
     * A thumbnail of the picture in a record; empty where there is none, it cannot be decoded, or the record only
     * refers to one.
     */
    synchronized Optional<Thumbnail> thumbnail(ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null || closed) {
            return Optional.empty();
        }
        if (maker.isEmpty()) {
            maker = Optional.of(new ThumbnailMaker(limits, THUMBNAIL_SIDE));
        }
        try {
            return thumbnail(RawRecord.of(record), maker.get());
        } catch (RuntimeException | OutOfMemoryError e) {
            // A picture that OpenCV stumbles over must not keep the others from being shown.
            LOG.debug("No thumbnail of {}-{}-{}", record.topic(), record.partition(), record.offset(), e);
            return Optional.empty();
        }
    }

    private static Optional<Thumbnail> thumbnail(RawRecord record, ThumbnailMaker maker) {
        String contentType = record.header(RecordHeader.CONTENT_TYPE)
                .map(text -> text.split(";", 2)[0].strip().toLowerCase(Locale.ROOT))
                .orElse("");
        return switch (contentType) {
            // The wall reads no other place than Kafka, whoever asks for it.
            case RecordHeader.REFERENCE -> Optional.empty();
            case RecordHeader.RAW_PIXELS -> raw(record, maker);
            default -> maker.make(ValueReader.anyPicture(record.value().orElseThrow()));
        };
    }

    private static Optional<Thumbnail> raw(RawRecord record, ThumbnailMaker maker) {
        Optional<Integer> width = number(record, RecordHeader.WIDTH);
        Optional<Integer> height = number(record, RecordHeader.HEIGHT);
        Optional<RawFormat> format = record.header(RecordHeader.FORMAT).flatMap(RawFormat::named);
        return width.isEmpty() || height.isEmpty() || format.isEmpty()
                ? Optional.empty()
                : maker.makeRaw(record.value().orElseThrow(), width.get(), height.get(), format.get());
    }

    private static Optional<Integer> number(RawRecord record, String name) {
        return record.header(name).filter(text -> text.matches("[0-9]{1,9}")).map(Integer::valueOf);
    }

    /** Releases the native memory; a second call does nothing. */
    @Override
    public synchronized void close() {
        closed = true;
        maker.ifPresent(ThumbnailMaker::close);
        maker = Optional.empty();
    }
}
