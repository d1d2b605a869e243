package io.flinkvision.tools.wall;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.flinkvision.core.inference.Label;
import io.flinkvision.job.record.CameraFrame;
import io.flinkvision.job.record.Classification;
import io.flinkvision.job.record.RecordCoordinates;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Output records, read. */
public final class SampleRecords {

    private SampleRecords() {}

    /** A record of a camera with one label, whose picture lies at an offset of {@code images}. */
    static Classification of(String camera, String label, long offset) {
        return of(Optional.of(camera), label, "images", offset);
    }

    /** A record of a frame that the job has read from a camera itself. */
    static Classification ofFrame(String camera, String label, long number) {
        return of(camera, label, number).about(new CameraFrame(camera, 1_790_000_000_000L, number));
    }

    static Classification of(Optional<String> key, String label, String topic, long offset) {
        Instant time = Instant.ofEpochSecond(1_000);
        return new Classification(new RecordCoordinates(topic, 0, offset),
                key.map(text -> text.getBytes(UTF_8)), List.of(),
                Optional.of(time.minusMillis(100)), 640, 480, "jpeg", "triage", "0",
                List.of(new Label(label, 0, 0.75f)), List.of(), 6, 4, time, Optional.empty());
    }
}
