package io.flinkvision.job.camera;

import io.flinkvision.core.camera.CameraDefinition;
import io.flinkvision.core.camera.CameraException;
import io.flinkvision.core.camera.CameraReading;
import io.flinkvision.core.camera.CapturedFrame.Encoded;
import io.flinkvision.core.camera.CapturedFrame;
import io.flinkvision.core.camera.FrameReader;
import io.flinkvision.core.camera.FrameSource.StandardInput;
import io.flinkvision.core.camera.WaitingFrames;
import io.flinkvision.job.record.CameraFrame;
import io.flinkvision.job.record.FrameHeaders;
import io.flinkvision.job.record.RawRecord;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A camera while a reader has it: takes its frames until they are emitted, and reports and counts what happens to it. */
final class ReadCamera implements CameraReading.Receiver, CameraReading.Listener {

    private static final Logger LOG = LoggerFactory.getLogger(ReadCamera.class);

    private final CameraSplit split;
    private final long maxFrameBytes;
    private final Map<String, String> environment;
    private final WaitingFrames<ReadCamera> waiting;
    private final CameraSourceMetrics metrics;
    private boolean released;
    private long attempts;
    private boolean refused;

    /**
     * @param maxFrameBytes of an encoded picture
     * @param environment the variables that the camera's declaration may refer to
     * @param waiting where the frames wait until they are emitted
     */
    ReadCamera(CameraSplit split, long maxFrameBytes, Map<String, String> environment,
            WaitingFrames<ReadCamera> waiting, CameraSourceMetrics metrics) {
        this.split = split;
        this.maxFrameBytes = maxFrameBytes;
        this.environment = environment;
        this.waiting = waiting;
        this.metrics = metrics;
    }

    String id() {
        return split.camera().id();
    }

    long session() {
        return split.session();
    }

    /**
     * What the declaration means on this machine.
     *
     * @throws CameraException if it is wrong
     */
    CameraDefinition definition() {
        CameraDefinition definition = split.camera().resolve(environment);
        if (definition.source() instanceof StandardInput) {
            throw new CameraException("A job cannot read standard input; its sources are addresses, files and devices"
                    + " of the machines that run it");
        }
        return definition;
    }

    @Override
    public void accept(CapturedFrame frame, FrameReader reader) throws InterruptedException {
        if (frame.picture() instanceof Encoded && frame.bytes().length > maxFrameBytes) {
            skipped("frame " + frame.number() + " has " + frame.bytes().length + " bytes, more than the limit of "
                    + maxFrameBytes);
            return;
        }
        metrics.read();
        if (reader.isLive()) {
            add(frame);
        } else {
            waiting.put(this, frame);
        }
    }

    private synchronized void add(CapturedFrame frame) {
        if (released) {
            metrics.dropped(1);
        } else {
            metrics.dropped(waiting.add(this, frame).size());
        }
    }

    @Override
    public boolean hasRoom() {
        return waiting.hasRoom(this);
    }

    /** Drops what was not emitted; nothing more will be. */
    synchronized void release() {
        released = true;
        metrics.dropped(waiting.remove(this));
    }

    RawRecord record(CapturedFrame frame) {
        return new RawRecord(new CameraFrame(id(), session(), frame.number()),
                Optional.of(id().getBytes(StandardCharsets.UTF_8)), Optional.of(frame.bytes()),
                FrameHeaders.of(frame, session()));
    }

    @Override
    public void skipped(String reason) {
        metrics.refused();
        if (!refused) {
            refused = true;
            LOG.warn("Camera {}: {}; later frames that are refused are only counted", id(), reason);
        }
    }

    @Override
    public void unchanged() {
        metrics.unchanged();
    }

    @Override
    public void warned(String reason) {
        LOG.warn("Camera {}: {}", id(), reason);
    }

    /** The decoder knows what to do with it. */
    @Override
    public void unmarked(String reason) {}

    /** Reports the first attempts, and then ever fewer of them. */
    @Override
    public void lost(String camera, String reason, Duration retryIn) {
        attempts++;
        if (Long.bitCount(attempts) == 1) {
            LOG.warn("Camera {} is lost, attempt {}: {}; the next one is in {} ms", camera, attempts, reason,
                    retryIn.toMillis());
        }
    }

    @Override
    public void reconnected(String camera) {
        LOG.info("Camera {} delivers again, after {} attempts", camera, attempts);
        attempts = 0;
        metrics.reconnected();
    }

    @Override
    public void failed(String camera, String reason, Duration retryIn) {
        metrics.failed();
        attempts++;
        if (Long.bitCount(attempts) == 1) {
            LOG.error("Camera {} cannot be read, attempt {}: {}; the next one is in {} s", camera, attempts, reason,
                    retryIn.toSeconds());
        }
    }

    @Override
    public void ended(String camera, String remark) {
        LOG.info("Camera {} has ended{}", camera, remark.isEmpty() ? "" : ": " + remark);
    }
}
