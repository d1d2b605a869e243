package io.flinkvision.job.operator;

import io.flinkvision.job.event.CameraState;
import io.flinkvision.job.event.MinuteCounts;
import io.flinkvision.job.event.SmoothedScores;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** The binary form of a {@link TrackedCamera} in the state, after the number of its version. */
public final class TrackedCameraSerializer extends RecordSerializer<TrackedCamera> {

    public static final TrackedCameraSerializer INSTANCE = new TrackedCameraSerializer();

    private static final long serialVersionUID = 1L;

    private static final byte WEIGHTED_SUMS = 1;

    @Override
    public void serialize(TrackedCamera camera, DataOutputView target) throws IOException {
        StateVersion.write(target);
        target.writeLong(camera.silentAt());
        target.writeLong(camera.silenceTimer());
        target.writeLong(camera.heardAt());
        target.writeLong(camera.watermark());
        target.writeBoolean(camera.clockTimer());
        CameraState state = camera.state();
        EventFields.writeOptional(state.last(), EventFields::writeFrame, target);
        target.writeBoolean(state.online());
        writeScores(state.scores(), target);
        EventFields.writeOptional(state.ongoing(), EventFields::writeEpisode, target);
        EventFields.writeOptional(state.awaySince(), EventFields::writeTime, target);
        EventFields.writeOptional(state.candidate(), EventFields::writeEpisode, target);
        EventFields.writeOptional(state.minute(), TrackedCameraSerializer::writeMinute, target);
    }

    @Override
    public TrackedCamera deserialize(DataInputView source) throws IOException {
        StateVersion.read(source);
        long silentAt = source.readLong();
        long silenceTimer = source.readLong();
        long heardAt = source.readLong();
        long watermark = source.readLong();
        boolean clockTimer = source.readBoolean();
        CameraState state = new CameraState(
                EventFields.readOptional(EventFields::readFrame, source),
                source.readBoolean(),
                readScores(source),
                EventFields.readOptional(EventFields::readEpisode, source),
                EventFields.readOptional(EventFields::readTime, source),
                EventFields.readOptional(EventFields::readEpisode, source),
                EventFields.readOptional(TrackedCameraSerializer::readMinute, source));
        return new TrackedCamera(state, silentAt, silenceTimer, heardAt, watermark, clockTimer);
    }

    private static void writeScores(SmoothedScores scores, DataOutputView target) throws IOException {
        target.writeByte(WEIGHTED_SUMS);
        EventFields.writeTime(scores.time(), target);
        target.writeDouble(scores.weight());
        target.writeInt(scores.sums().size());
        for (Map.Entry<String, Double> sum : scores.sums().entrySet()) {
            RecordFields.writeText(sum.getKey(), target);
            target.writeDouble(sum.getValue());
        }
    }

    private static SmoothedScores readScores(DataInputView source) throws IOException {
        int kind = source.readByte();
        if (kind != WEIGHTED_SUMS) {
            throw new IOException("The state holds scores smoothed in an unknown way: " + kind);
        }
        Instant time = EventFields.readTime(source);
        double weight = source.readDouble();
        SortedMap<String, Double> sums = new TreeMap<>();
        for (int left = source.readInt(); left > 0; left--) {
            sums.put(RecordFields.readText(source), source.readDouble());
        }
        return new SmoothedScores(time, weight, sums);
    }

    private static void writeMinute(MinuteCounts minute, DataOutputView target) throws IOException {
        EventFields.writeTime(minute.from(), target);
        EventFields.writeCounts(minute.counts(), target);
        target.writeBoolean(minute.told());
    }

    private static MinuteCounts readMinute(DataInputView source) throws IOException {
        return new MinuteCounts(EventFields.readTime(source), EventFields.readCounts(source), source.readBoolean());
    }

    @Override
    public TypeSerializerSnapshot<TrackedCamera> snapshotConfiguration() {
        return new Snapshot();
    }

    /** The serialiser's mark in a savepoint. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<TrackedCamera> {
        public Snapshot() {
            super(() -> INSTANCE);
        }
    }
}
