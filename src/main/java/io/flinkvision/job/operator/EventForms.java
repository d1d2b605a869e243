package io.flinkvision.job.operator;

import io.flinkvision.job.event.CameraHealth;
import io.flinkvision.job.event.CameraState;
import io.flinkvision.job.event.Event.Changed;
import io.flinkvision.job.event.Event.Counted;
import io.flinkvision.job.event.Event.Ended;
import io.flinkvision.job.event.Event.Offline;
import io.flinkvision.job.event.Event.Online;
import io.flinkvision.job.event.Event.Started;
import io.flinkvision.job.event.Event.TroubleEnded;
import io.flinkvision.job.event.Event.TroubleStarted;
import io.flinkvision.job.event.Event;
import io.flinkvision.job.event.Frame;
import io.flinkvision.job.event.MinuteCounts;
import io.flinkvision.job.event.SmoothedScores;
import io.flinkvision.job.event.Trouble;
import io.flinkvision.job.operator.VersionedSerializer.Reader;
import io.flinkvision.job.record.CameraEvent;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** The binary forms of events and of what they are detected from, for {@link RecordForms}. */
final class EventForms {

    private EventForms() {}

    static void writeLabelled(LabelledFrame record, DataOutputView target) throws IOException {
        RecordFields.writeOptional(record.key(), RecordFields::writeBytes, target);
        RecordFields.writeFrame(record.frame(), target);
    }

    static LabelledFrame readLabelled(DataInputView source) throws IOException {
        return new LabelledFrame(
                RecordFields.readOptional(RecordFields::readBytes, source), RecordFields.readFrame(source));
    }

    /** Version 1: neither heads nor measurements. */
    static LabelledFrame readLabelledOfLabels(DataInputView source) throws IOException {
        return new LabelledFrame(
                RecordFields.readOptional(RecordFields::readBytes, source), RecordFields.readFrameOfLabels(source));
    }

    static void writeEvent(CameraEvent record, DataOutputView target) throws IOException {
        RecordFields.writeOptional(record.key(), RecordFields::writeBytes, target);
        Event event = record.event();
        RecordFields.writeText(event.type(), target);
        if (event instanceof Started started) {
            RecordFields.writeText(started.label(), target);
            RecordFields.writeTime(started.at(), target);
            RecordFields.writeBest(started.best(), target);
        } else if (event instanceof Ended ended) {
            RecordFields.writeEpisode(ended.episode(), target);
        } else if (event instanceof Changed changed) {
            RecordFields.writeEpisode(changed.previous(), target);
            RecordFields.writeText(changed.label(), target);
            RecordFields.writeTime(changed.at(), target);
            RecordFields.writeBest(changed.best(), target);
        } else if (event instanceof Offline offline) {
            RecordFields.writeTime(offline.at(), target);
            RecordFields.writeTime(offline.lastFrameAt(), target);
        } else if (event instanceof Online online) {
            RecordFields.writeTime(online.at(), target);
            RecordFields.writeOptional(
                    online.silence(), (silence, to) -> to.writeLong(silence.toMillis()), target);
        } else if (event instanceof Counted counted) {
            RecordFields.writeTime(counted.from(), target);
            RecordFields.writeCounts(counted.counts(), target);
        } else if (event instanceof TroubleStarted started) {
            RecordFields.writeText(started.trouble().name(), target);
            RecordFields.writeTime(started.at(), target);
            RecordFields.writeText(started.frame(), target);
        } else if (event instanceof TroubleEnded ended) {
            RecordFields.writeText(ended.trouble().name(), target);
            RecordFields.writeTime(ended.from(), target);
            RecordFields.writeTime(ended.at(), target);
        }
    }

    static CameraEvent readEvent(DataInputView source) throws IOException {
        Optional<byte[]> key = RecordFields.readOptional(RecordFields::readBytes, source);
        String type = RecordFields.readText(source);
        return new CameraEvent(key, switch (type) {
            case Started.TYPE -> new Started(RecordFields.readText(source), RecordFields.readTime(source),
                    RecordFields.readBest(source));
            case Ended.TYPE -> new Ended(RecordFields.readEpisode(source));
            case Changed.TYPE -> new Changed(RecordFields.readEpisode(source), RecordFields.readText(source),
                    RecordFields.readTime(source), RecordFields.readBest(source));
            case Offline.TYPE -> new Offline(RecordFields.readTime(source), RecordFields.readTime(source));
            case Online.TYPE -> new Online(RecordFields.readTime(source),
                    RecordFields.readOptional(from -> Duration.ofMillis(from.readLong()), source));
            case Counted.TYPE -> new Counted(RecordFields.readTime(source), RecordFields.readCounts(source));
            case TroubleStarted.TYPE -> new TroubleStarted(Trouble.valueOf(RecordFields.readText(source)),
                    RecordFields.readTime(source), RecordFields.readText(source));
            case TroubleEnded.TYPE -> new TroubleEnded(Trouble.valueOf(RecordFields.readText(source)),
                    RecordFields.readTime(source), RecordFields.readTime(source));
            default -> throw new IOException("An event has the unknown type " + type
                    + ": start the newer flink-vision that wrote it");
        });
    }

    static void writeTracked(TrackedCamera camera, DataOutputView target) throws IOException {
        target.writeLong(camera.silentAt());
        target.writeLong(camera.silenceTimer());
        target.writeLong(camera.heardAt());
        target.writeLong(camera.watermark());
        target.writeBoolean(camera.clockTimer());
        CameraState state = camera.state();
        RecordFields.writeOptional(state.last(), RecordFields::writeFrame, target);
        target.writeBoolean(state.online());
        RecordFields.writeTime(state.scores().time(), target);
        target.writeDouble(state.scores().weight());
        RecordFields.writeMap(state.scores().sums(), (sum, to) -> to.writeDouble(sum), target);
        RecordFields.writeOptional(state.ongoing(), RecordFields::writeEpisode, target);
        RecordFields.writeOptional(state.awaySince(), RecordFields::writeTime, target);
        RecordFields.writeOptional(state.candidate(), RecordFields::writeEpisode, target);
        RecordFields.writeOptional(state.minute(), (minute, to) -> {
            RecordFields.writeTime(minute.from(), to);
            RecordFields.writeCounts(minute.counts(), to);
            to.writeBoolean(minute.told());
        }, target);
        HealthForms.write(state.health(), target);
    }

    static TrackedCamera readTracked(DataInputView source) throws IOException {
        return readTracked(RecordFields::readFrame, HealthForms::read, source);
    }

    /** Version 2: without health. */
    static TrackedCamera readTrackedWithoutHealth(DataInputView source) throws IOException {
        return readTracked(RecordFields::readFrame, from -> CameraHealth.UNKNOWN, source);
    }

    /** Version 1: and frames had neither heads nor measurements. */
    static TrackedCamera readTrackedOfLabels(DataInputView source) throws IOException {
        return readTracked(RecordFields::readFrameOfLabels, from -> CameraHealth.UNKNOWN, source);
    }

    private static TrackedCamera readTracked(
            Reader<Frame> frames, Reader<CameraHealth> health, DataInputView source) throws IOException {
        long silentAt = source.readLong();
        long silenceTimer = source.readLong();
        long heardAt = source.readLong();
        long watermark = source.readLong();
        boolean clockTimer = source.readBoolean();
        CameraState state = new CameraState(
                RecordFields.readOptional(frames, source),
                source.readBoolean(),
                new SmoothedScores(RecordFields.readTime(source), source.readDouble(),
                        RecordFields.readMap(DataInputView::readDouble, source)),
                RecordFields.readOptional(RecordFields::readEpisode, source),
                RecordFields.readOptional(RecordFields::readTime, source),
                RecordFields.readOptional(RecordFields::readEpisode, source),
                RecordFields.readOptional(from -> new MinuteCounts(
                        RecordFields.readTime(from), RecordFields.readCounts(from), from.readBoolean()), source),
                health.read(source));
        return new TrackedCamera(state, silentAt, silenceTimer, heardAt, watermark, clockTimer);
    }
}
