package io.flinkvision.job.operator;

import io.flinkvision.core.image.PreviewFingerprint;
import io.flinkvision.core.image.RegionBox;
import io.flinkvision.job.guard.PictureDigest;
import io.flinkvision.job.record.PictureOrigin;
import io.flinkvision.job.record.RawRecord;
import java.time.Instant;
import java.util.Objects;

/**
 * The state of a view of a camera before decoding: the last frame in which it had changed.
 *
 * @param source where that frame was read
 * @param time when it was taken, as far as is known
 * @param bytes of the record's value
 * @param digest of the record's value
 * @param box where in the picture the view is
 * @param fingerprint what it looked like
 */
record SeenView(PictureOrigin source, Instant time, int bytes, PictureDigest digest, RegionBox box,
        PreviewFingerprint fingerprint) {

    SeenView {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(time, "time");
        Objects.requireNonNull(digest, "digest");
        Objects.requireNonNull(box, "box");
        Objects.requireNonNull(fingerprint, "fingerprint");
    }

    /** Whether a record has as many bytes, so that their digest is worth computing. */
    boolean hasAsManyBytesAs(RawRecord record) {
        return record.value().filter(value -> value.length == bytes).isPresent();
    }
}
