package io.flinkvision.job.camera;

import io.flinkvision.core.camera.ReadingContext.FrameForm;
import io.flinkvision.core.camera.ReadingContext;
import io.flinkvision.job.record.RawRecord;
import java.io.InputStream;
import java.io.Serializable;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * Cameras as a source of Flink: each is read by one subtask at a time, and its frames become records whose origin is the
 * camera, the session of its assignment and the frame's number. The cameras are those of a directory, and come and go
 * while the job runs. No frame is read twice: those that were read and not yet processed when a task fails are lost.
 * Files, which have a start, are read from there again by each new assignment; one that was read to its end only after a
 * restart of the whole job.
 *
 * <p>A subtask has at most four threads for all test scenes and folders of pictures, and one with a stack of 512 KiB for
 * each other camera. The frames that wait for the job take up to {@link Settings#waitingBytes}; what FFmpeg holds of a
 * camera is outside of Java's heap.
 *
 * <p>Needs {@link io.flinkvision.job.operator.RecordTypeInformation#RAW_RECORD} at {@code fromSource}; the records'
 * timestamps are their frames' capture times.
 */
public final class CameraSource implements Source<RawRecord, CameraSplit, CameraSourceState> {

    private static final long serialVersionUID = 1L;

    private final CameraDirectory directory;
    private final Settings settings;

    /**
     * How frames are read.
     *
     * @param maxFrameBytes of an encoded picture; larger ones are skipped and counted
     * @param form of the pictures of videos, which have to be decoded
     * @param waitingFrames of a camera that the job has not taken yet; for the next one, the oldest is dropped
     * @param waitingBytes of all frames of a reader that the job has not taken yet
     */
    public record Settings(long maxFrameBytes, FrameForm form, int waitingFrames, long waitingBytes)
            implements Serializable {

        private static final long serialVersionUID = 1L;

        public Settings {
            Objects.requireNonNull(form, "form");
            require(maxFrameBytes >= 1, "maxFrameBytes", maxFrameBytes);
            require(waitingFrames >= 1, "waitingFrames", waitingFrames);
            require(waitingBytes >= 1, "waitingBytes", waitingBytes);
        }

        /** Four frames of a camera, and 64 MiB of a reader. */
        public static Settings of(long maxFrameBytes, FrameForm form) {
            return new Settings(maxFrameBytes, form, 4, 64 << 20);
        }

        private static void require(boolean condition, String name, long value) {
            if (!condition) {
                throw new IllegalArgumentException(name + " must be at least 1, not " + value);
            }
        }

        ReadingContext context() {
            return new ReadingContext(maxFrameBytes, Optional.empty(), InputStream.nullInputStream(), form);
        }
    }

    /** @param directory the cameras to read */
    public CameraSource(CameraDirectory directory, Settings settings) {
        this.directory = Objects.requireNonNull(directory, "directory");
        this.settings = Objects.requireNonNull(settings, "settings");
    }

    @Override
    public Boundedness getBoundedness() {
        return Boundedness.CONTINUOUS_UNBOUNDED;
    }

    @Override
    public SourceReader<RawRecord, CameraSplit> createReader(SourceReaderContext context) {
        return new CameraSourceReader(context, settings, System.getenv());
    }

    @Override
    public SplitEnumerator<CameraSplit, CameraSourceState> createEnumerator(
            SplitEnumeratorContext<CameraSplit> context) {
        return restoreEnumerator(context, CameraSourceState.NEW);
    }

    @Override
    public SplitEnumerator<CameraSplit, CameraSourceState> restoreEnumerator(
            SplitEnumeratorContext<CameraSplit> context, CameraSourceState state) {
        return new CameraEnumerator(context, directory, state, InstantSource.system());
    }

    @Override
    public SimpleVersionedSerializer<CameraSplit> getSplitSerializer() {
        return CameraForms.SPLIT;
    }

    @Override
    public SimpleVersionedSerializer<CameraSourceState> getEnumeratorCheckpointSerializer() {
        return CameraForms.STATE;
    }
}
