package io.flinkvision.tools.wall;

import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.core.image.RawPicture;
import io.flinkvision.core.image.ThumbnailMaker.Thumbnail;
import io.flinkvision.core.image.ThumbnailMaker;
import io.flinkvision.job.record.RawRecord;
import io.flinkvision.job.record.ValueReader.PictureBytes;
import io.flinkvision.job.record.ValueReader;
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
        RecordContent content = RecordContent.of(record, RecordPictures::anyPicture);
        if (content instanceof RecordContent.Raw raw) {
            RawPicture picture = raw.picture();
            return maker.makeRaw(picture.pixels(), picture.width(), picture.height(), picture.format());
        }
        return content instanceof RecordContent.Encoded encoded ? maker.make(encoded.bytes()) : Optional.empty();
    }

    private static PictureBytes anyPicture(byte[] value) {
        return new PictureBytes.Found(ValueReader.anyPicture(value));
    }

    /** Releases the native memory; a second call does nothing. */
    @Override
    public synchronized void close() {
        closed = true;
        maker.ifPresent(ThumbnailMaker::close);
        maker = Optional.empty();
    }
}
