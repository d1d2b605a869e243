package io.flinkvision.tools.watch;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.flinkvision.core.image.RegionBox;
import io.flinkvision.core.inference.Label;
import io.flinkvision.job.record.Classification;
import io.flinkvision.job.record.RecordCoordinates;
import io.flinkvision.job.record.RegionAnswer.HeadVerdict;
import io.flinkvision.job.record.RegionAnswer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Pictures with regions, as they are once they are read. */
public final class SampleRegions {

    private static final Instant CAPTURED = Instant.parse("2026-01-01T12:00:00.123Z");

    private SampleRegions() {}

    /** The answer of a head in the left upper quarter. */
    public static RegionAnswer answer(String name, String label, double score) {
        return answer(name, label, score, false, false);
    }

    /** An answer with its marks. */
    public static RegionAnswer answer(String name, String label, double score, boolean unknown, boolean small) {
        return answer(name, new RegionBox(0, 0, 0.5, 0.5), label, score, unknown, small);
    }

    /** An answer about a box. */
    public static RegionAnswer answer(
            String name, RegionBox box, String label, double score, boolean unknown, boolean small) {
        return new RegionAnswer(name, box, small,
                Optional.of(new HeadVerdict("a head", "0".repeat(64), unknown, 0.25)),
                List.of(new Label(label, 0, (float) score)), Optional.empty());
    }

    /** A picture of a camera whose whole was not classified. */
    public static Classification regions(String camera, RegionAnswer... regions) {
        return picture(camera, List.of(), regions);
    }

    /** A picture of a camera, at an offset of the topic {@code images} that differs with its regions. */
    public static Classification picture(String camera, List<Label> labels, RegionAnswer... regions) {
        return new Classification(new RecordCoordinates("images", 0, List.of(regions).hashCode() & 0xffff),
                Optional.of(camera.getBytes(UTF_8)), List.of(), Optional.of(CAPTURED), 640, 480, "jpeg", "triage",
                "0".repeat(64), labels, List.of(regions), 6, 4, CAPTURED.plusMillis(178), Optional.empty());
    }

    /** The record of a picture. */
    static OutputRecord record(Classification picture) {
        return new OutputRecord.Classified(
                SampleOutput.record(picture.keyText().orElseThrow(), picture.toJson()), picture);
    }
}
