package io.flinkvision.job.operator;

import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.core.image.ImageDecoder.Measuring;
import io.flinkvision.core.image.Preprocessing;
import io.flinkvision.core.image.Reduction;
import io.flinkvision.job.guard.GuardSettings;
import io.flinkvision.job.record.ValueEncoding;
import io.flinkvision.job.region.Regions;
import io.flinkvision.job.region.WholePicture;
import java.io.Serializable;
import java.util.List;
import java.util.Objects;

/**
 * The settings of a subtask of the decode operator.
 *
 * @param limits what is refused before a pixel is decoded
 * @param preprocessing the size and shape that the network wants
 * @param reduction whether large JPEGs are decoded at a reduced size
 * @param encoding of the values that hold a picture
 * @param referencePrefixes absolute URIs of the folders that a {@code text/uri-list} record may refer into
 * @param ageLimit which frames are too old to be decoded
 * @param regions those of the job file
 * @param wholePicture which pictures are classified whole
 * @param guard against pictures that kill the process
 * @param measuring whether pictures are measured
 * @param previewing whether pictures that have not changed are left undecoded
 */
public record DecodeSettings(
        DecodeLimits limits, Preprocessing preprocessing, Reduction reduction, ValueEncoding encoding,
        List<String> referencePrefixes, AgeLimit ageLimit, Regions regions, WholePicture wholePicture,
        GuardSettings guard, Measuring measuring, Previewing previewing) implements Serializable {

    private static final long serialVersionUID = 2L;

    /** Those of a job that measures nothing and decodes every picture. */
    public DecodeSettings(DecodeLimits limits, Preprocessing preprocessing, Reduction reduction,
            ValueEncoding encoding, List<String> referencePrefixes, AgeLimit ageLimit, Regions regions,
            WholePicture wholePicture, GuardSettings guard) {
        this(limits, preprocessing, reduction, encoding, referencePrefixes, ageLimit, regions, wholePicture, guard,
                Measuring.NOTHING, Previewing.NONE);
    }

    public DecodeSettings {
        Objects.requireNonNull(limits, "limits");
        Objects.requireNonNull(preprocessing, "preprocessing");
        Objects.requireNonNull(reduction, "reduction");
        Objects.requireNonNull(encoding, "encoding");
        Objects.requireNonNull(ageLimit, "ageLimit");
        Objects.requireNonNull(regions, "regions");
        Objects.requireNonNull(wholePicture, "wholePicture");
        Objects.requireNonNull(guard, "guard");
        Objects.requireNonNull(measuring, "measuring");
        Objects.requireNonNull(previewing, "previewing");
        referencePrefixes = List.copyOf(referencePrefixes);
    }

    /** The same for pictures whose regions are known, none of which is compared or measured. */
    public DecodeSettings ofSinglePictures() {
        return new DecodeSettings(limits, preprocessing, reduction, encoding, referencePrefixes, ageLimit,
                Regions.NONE, wholePicture, guard);
    }
}
