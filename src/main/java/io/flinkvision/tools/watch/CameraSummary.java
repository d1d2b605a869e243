package io.flinkvision.tools.watch;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What one camera's records have in common.
 *
 * @param camera the camera
 * @param records how many were read
 * @param rate records a second of late
 * @param labels how often each class was the most probable one, the most frequent first
 * @param latency from capture to classification; empty where no record had a capture time
 */
public record CameraSummary(
        String camera, long records, double rate, Map<String, Long> labels, Optional<Latency> latency) {

    public CameraSummary {
        Objects.requireNonNull(camera, "camera");
        Objects.requireNonNull(labels, "labels");
        Objects.requireNonNull(latency, "latency");
    }

    /**
     * Milliseconds from capture to classification; negative where the camera's clock runs ahead.
     *
     * @param median the 50th percentile of the last records
     * @param percentile99 the 99th percentile of the last records
     * @param largest of all records
     */
    public record Latency(long median, long percentile99, long largest) {}
}
