package io.flinkvision.tools.bench;

import io.flinkvision.tools.LatencyWindow;

/**
 * How long answers took under a steady load.
 *
 * @param pictures how many were sent
 * @param rate pictures a second, evenly spaced
 * @param p50Millis half of the answers took no longer, from the moment when the picture was due to be sent
 * @param p99Millis 99 of a hundred took no longer
 */
public record Latency(int pictures, double rate, double p50Millis, double p99Millis) {

    /**
     * Of the single answers.
     *
     * @throws IllegalArgumentException if there are none
     */
    static Latency of(double rate, double[] millis) {
        return new Latency(millis.length, rate, LatencyWindow.percentile(millis, 50), LatencyWindow.percentile(millis, 99));
    }
}
