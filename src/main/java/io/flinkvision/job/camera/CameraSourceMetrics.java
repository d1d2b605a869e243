package io.flinkvision.job.camera;

import io.flinkvision.job.operator.VisionMetrics;
import java.util.function.IntSupplier;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.ThreadSafeSimpleCounter;
import org.apache.flink.metrics.groups.SourceReaderMetricGroup;

/** The metrics of a reader of cameras; {@link VisionMetrics} describes them. Several threads count. */
final class CameraSourceMetrics {

    private final Counter framesRead;
    private final Counter framesDropped;
    private final Counter framesUnchanged;
    private final Counter framesRefused;
    private final Counter reconnects;
    private final Counter failures;
    private final Counter records;
    private final Counter bytes;

    /**
     * Registers the metrics.
     *
     * @param assigned how many cameras the reader has
     * @param delivering how many of them deliver frames
     */
    CameraSourceMetrics(SourceReaderMetricGroup group, IntSupplier assigned, IntSupplier delivering) {
        group.gauge(VisionMetrics.CAMERAS, (Gauge<Integer>) assigned::getAsInt);
        group.gauge(VisionMetrics.CAMERAS_DELIVERING, (Gauge<Integer>) delivering::getAsInt);
        framesRead = group.counter(VisionMetrics.FRAMES_READ, new ThreadSafeSimpleCounter());
        framesDropped = group.counter(VisionMetrics.FRAMES_DROPPED, new ThreadSafeSimpleCounter());
        framesUnchanged = group.counter(VisionMetrics.FRAMES_UNCHANGED, new ThreadSafeSimpleCounter());
        framesRefused = group.counter(VisionMetrics.FRAMES_REFUSED, new ThreadSafeSimpleCounter());
        reconnects = group.counter(VisionMetrics.RECONNECTS, new ThreadSafeSimpleCounter());
        failures = group.counter(VisionMetrics.CAMERA_FAILURES, new ThreadSafeSimpleCounter());
        records = group.getIOMetricGroup().getNumRecordsInCounter();
        bytes = group.getIOMetricGroup().getNumBytesInCounter();
    }

    void read() {
        framesRead.inc();
    }

    /** Frames were read, and will not be emitted. */
    void dropped(int frames) {
        framesDropped.inc(frames);
    }

    /** A frame looked like the last one that was handed on. */
    void unchanged() {
        framesUnchanged.inc();
    }

    /** A frame was too large, or incomplete. */
    void refused() {
        framesRefused.inc();
    }

    void reconnected() {
        reconnects.inc();
    }

    /** A camera could not be read, and the reason is not that it was lost. */
    void failed() {
        failures.inc();
    }

    /** A frame was handed to the next operator; on the task's thread. */
    void emitted(int frameBytes) {
        records.inc();
        bytes.inc(frameBytes);
    }
}
