package io.flinkvision.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.flinkvision.image.ErrorCode;
import io.flinkvision.image.RgbImage;
import io.flinkvision.inference.Label;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** One record of each kind, with every field set, and one with every optional field absent. */
final class SampleRecords {

    static final RecordCoordinates COORDINATES = new RecordCoordinates("images", 3, 1_234_567_890_123L);

    private SampleRecords() {}

    static ImageRecord image() {
        return new ImageRecord(
                COORDINATES,
                Optional.of("camera-1".getBytes(UTF_8)),
                Optional.of(new byte[] {1, 2, 3, -1}),
                List.of(
                        RecordHeader.text("content-type", "image/jpeg"),
                        new RecordHeader("nothing", Optional.empty()),
                        RecordHeader.text("site", "Zürich")));
    }

    static ImageRecord tombstone() {
        return new ImageRecord(COORDINATES, Optional.empty(), Optional.empty(), List.of());
    }

    static DecodedImage decoded() {
        return new DecodedImage(
                image(), 640, 480, "jpeg", new RgbImage(2, 1, new byte[] {10, 20, 30, -1, -2, -3}), 1_300_000);
    }

    static Classification classification() {
        return new Classification(
                COORDINATES,
                Optional.of("camera-1".getBytes(UTF_8)),
                List.of(RecordHeader.text("site", "Zürich")),
                Optional.of(Instant.ofEpochMilli(1_700_000_000_123L)),
                640,
                480,
                "jpeg",
                "triage",
                "0".repeat(64),
                List.of(new Label("food", 0, 0.75f), new Label("a \"quoted\" <label>", 1, 0.25f)),
                1_300_000,
                1_800_000,
                Instant.ofEpochMilli(1_700_000_000_456L));
    }

    static Classification classificationWithoutOptionalFields() {
        Classification full = classification();
        return new Classification(full.source(), Optional.empty(), List.of(), Optional.empty(), full.width(),
                full.height(), full.format(), full.modelName(), full.modelDigest(), full.labels(),
                full.decodeNanos(), full.inferenceNanos(), full.classifiedAt());
    }

    static DeadLetter deadLetter() {
        return new DeadLetter(image(), ErrorCode.TRUNCATED, "The picture ends early", Instant.ofEpochMilli(42));
    }
}
