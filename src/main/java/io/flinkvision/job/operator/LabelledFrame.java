package io.flinkvision.job.operator;

import io.flinkvision.job.event.AnsweringHead;
import io.flinkvision.job.event.Frame;
import io.flinkvision.job.record.Classification;
import io.flinkvision.job.record.RegionAnswer;
import io.flinkvision.job.record.RegionKey;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.flink.util.Collector;

/**
 * A frame and the camera that it is of. A region counts as a camera of its own, whose key is {@code camera/region}.
 *
 * @param key the picture's key, for a region with a slash and the region's name behind it; frames without a key are
 *     taken to be of one camera, and their regions have the key {@code /region}
 * @param frame the frame
 */
public record LabelledFrame(Optional<byte[]> key, Frame frame) {

    private static final String WITHOUT_KEY = "-";

    public LabelledFrame {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(frame, "frame");
    }

    /** Hands on the frames of a classification, as {@link #collect(Optional, Classification, Collector)} does. */
    public static void collect(Classification record, Collector<LabelledFrame> out) {
        collect(record.key(), record, out);
    }

    /**
     * Hands on the frames of a classification under a key of its own: the whole picture's, if that has labels or was
     * measured, and that of each region, which has no labels if its head does not know what it sees. Their time is the
     * capture time. No
     * picture is classified before it is taken, so if a camera's clock runs ahead it is the time of the classification:
     * one wrong clock must not carry the event time of all others with it.
     */
    static void collect(Optional<byte[]> key, Classification record, Collector<LabelledFrame> out) {
        Instant time = record.captureTime().filter(record.classifiedAt()::isAfter).orElse(record.classifiedAt());
        if (!record.labels().isEmpty() || record.view().isPresent()) {
            out.collect(new LabelledFrame(key,
                    new Frame(record.id(), time, record.labels(), Optional.empty(), false, record.view())));
        }
        for (RegionAnswer region : record.regions()) {
            out.collect(new LabelledFrame(Optional.of(key(key, region.name())),
                    new Frame(record.id(), time, region.unknown() ? List.of() : region.labels(),
                            region.head().map(head -> new AnsweringHead(head.name(), head.digest())), region.unknown(),
                            Optional.empty())));
        }
    }

    private static byte[] key(Optional<byte[]> camera, String region) {
        byte[] start = camera.orElseGet(() -> new byte[0]);
        byte[] end = (RegionKey.SEPARATOR + region).getBytes(StandardCharsets.UTF_8);
        byte[] key = Arrays.copyOf(start, start.length + end.length);
        System.arraycopy(end, 0, key, start.length, end.length);
        return key;
    }

    /** What the stream is keyed by: the key in hexadecimal, since Flink's keys cannot be bytes. */
    public String camera() {
        return key.map(HexFormat.of()::formatHex).orElse(WITHOUT_KEY);
    }

    /** The key that {@link #camera} was made from. */
    static Optional<byte[]> key(String camera) {
        return camera.equals(WITHOUT_KEY) ? Optional.empty() : Optional.of(HexFormat.of().parseHex(camera));
    }
}
