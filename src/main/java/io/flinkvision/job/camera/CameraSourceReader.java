package io.flinkvision.job.camera;

import io.flinkvision.core.camera.CameraReading;
import io.flinkvision.core.camera.CapturedFrame;
import io.flinkvision.core.camera.ReadingContext;
import io.flinkvision.core.camera.WaitingFrames;
import io.flinkvision.job.camera.CameraMessage.Ended;
import io.flinkvision.job.camera.CameraMessage.Release;
import io.flinkvision.job.camera.CameraMessage.Released;
import io.flinkvision.job.record.RawRecord;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.core.io.InputStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the cameras that the enumerator gives this subtask. Their frames wait in {@link WaitingFrames} until Flink polls
 * them, on the task's thread; everything else happens on {@link CameraThreads}. No camera fails the task.
 */
final class CameraSourceReader implements SourceReader<RawRecord, CameraSplit> {

    private static final Logger LOG = LoggerFactory.getLogger(CameraSourceReader.class);

    /** FFmpeg notices within a tenth of a second that it is to stop; the name service of a machine may take longer. */
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);

    private final SourceReaderContext context;
    private final CameraSource.Settings settings;
    private final ReadingContext reading;
    private final Map<String, String> environment;
    private final WaitingFrames<ReadCamera> waiting;
    private final Map<String, Reading> cameras = new ConcurrentHashMap<>();
    private final CameraSourceMetrics metrics;
    private final CameraThreads threads;
    private volatile boolean closed;

    /** A camera of this reader. */
    private record Reading(ReadCamera camera, CameraReading reading, CameraThreads.Running running) {}

    /** @param environment the variables that declarations of cameras may refer to */
    CameraSourceReader(SourceReaderContext context, CameraSource.Settings settings, Map<String, String> environment) {
        this.context = context;
        this.settings = settings;
        this.reading = settings.context();
        this.environment = environment;
        this.waiting = new WaitingFrames<>(settings.waitingFrames(), settings.waitingBytes());
        this.metrics = new CameraSourceMetrics(context.metricGroup(), cameras::size, this::delivering);
        this.threads = new CameraThreads("cameras-" + context.getIndexOfSubtask());
    }

    private int delivering() {
        return (int) cameras.values().stream()
                .filter(camera -> camera.reading().state() == CameraReading.State.RUNNING)
                .count();
    }

    @Override
    public void start() {}

    @Override
    public InputStatus pollNext(ReaderOutput<RawRecord> output) {
        Optional<WaitingFrames.Entry<ReadCamera>> next = waiting.poll();
        if (next.isEmpty()) {
            return InputStatus.NOTHING_AVAILABLE;
        }
        CapturedFrame frame = next.get().frame();
        metrics.emitted(frame.bytes().length);
        output.collect(next.get().camera().record(frame), frame.captureTime().toEpochMilli());
        return waiting.available().isDone() ? InputStatus.MORE_AVAILABLE : InputStatus.NOTHING_AVAILABLE;
    }

    @Override
    public CompletableFuture<Void> isAvailable() {
        return waiting.available();
    }

    /** Empty: the enumerator assigns the cameras anew. */
    @Override
    public List<CameraSplit> snapshotState(long checkpoint) {
        return List.of();
    }

    @Override
    public void addSplits(List<CameraSplit> splits) {
        splits.forEach(this::add);
    }

    private void add(CameraSplit split) {
        ReadCamera camera = new ReadCamera(split, settings.maxFrameBytes(), environment, waiting, metrics);
        CameraReading cameraReading =
                CameraReading.persistent(camera.id(), camera::definition, reading, camera, camera);
        CameraThreads.Running running = threads.start(camera.id(), cameraReading);
        Reading added = new Reading(camera, cameraReading, running);
        cameras.put(camera.id(), added);
        running.ended().thenRun(() -> {
            if (!running.isStopped()) {
                // The frames that wait are still emitted.
                cameras.remove(camera.id(), added);
                tell(new Ended(camera.id(), camera.session()));
            }
        });
    }

    @Override
    public void handleSourceEvents(SourceEvent event) {
        if (event instanceof Release release) {
            Optional.ofNullable(cameras.get(release.camera()))
                    .filter(found -> found.camera().session() == release.session())
                    .ifPresentOrElse(this::release, () -> tell(new Released(release.camera(), release.session())));
        }
    }

    /** Returns at once; the enumerator is told as soon as the camera is read no more. */
    private void release(Reading found) {
        ReadCamera camera = found.camera();
        found.running().stop();
        found.running().ended().completeOnTimeout(null, STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                .thenRun(() -> {
                    camera.release();
                    cameras.remove(camera.id(), found);
                    tell(new Released(camera.id(), camera.session()));
                });
    }

    private void tell(CameraMessage message) {
        if (closed) {
            return;
        }
        try {
            context.sendSourceEventToCoordinator(message);
        } catch (RuntimeException e) {
            // The connection to the JobManager is lost, which Flink notices.
            LOG.warn("The JobManager cannot be told about camera {}", message.camera(), e);
        }
    }

    /** There are always more: cameras are assigned while the job runs. */
    @Override
    public void notifyNoMoreSplits() {}

    @Override
    public void close() {
        closed = true;
        List<Reading> all = List.copyOf(cameras.values());
        all.forEach(camera -> camera.running().stop());
        long deadline = System.nanoTime() + STOP_TIMEOUT.toNanos();
        boolean interrupted = false;
        for (Reading camera : all) {
            interrupted |= awaitEnd(camera, deadline);
            camera.camera().release();
        }
        cameras.clear();
        threads.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns whether this thread was interrupted: who cancels a task does that, and waits for this nevertheless. */
    private static boolean awaitEnd(Reading camera, long deadline) {
        boolean interrupted = false;
        while (true) {
            try {
                camera.running().ended().get(Math.max(1, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
                return interrupted;
            } catch (InterruptedException e) {
                interrupted = true;
            } catch (TimeoutException e) {
                LOG.warn("Camera {} does not stop; its thread ends when the system call returns in which it waits",
                        camera.camera().id());
                return interrupted;
            } catch (ExecutionException e) {
                LOG.warn("Camera {} did not end as it should", camera.camera().id(), e);
                return interrupted;
            }
        }
    }
}
