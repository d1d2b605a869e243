package io.flinkvision.job.operator;

import io.flinkvision.job.event.Event.Changed;
import io.flinkvision.job.event.Event.Counted;
import io.flinkvision.job.event.Event.Ended;
import io.flinkvision.job.event.Event.Offline;
import io.flinkvision.job.event.Event.Online;
import io.flinkvision.job.event.Event.Started;
import io.flinkvision.job.event.Event;
import io.flinkvision.job.record.CameraEvent;
import java.io.IOException;
import java.time.Duration;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** The binary form of a {@link CameraEvent} between operators that are not chained. */
public final class CameraEventSerializer extends RecordSerializer<CameraEvent> {

    public static final CameraEventSerializer INSTANCE = new CameraEventSerializer();

    private static final long serialVersionUID = 1L;

    @Override
    public void serialize(CameraEvent record, DataOutputView target) throws IOException {
        RecordFields.writeOptionalBytes(record.key(), target);
        Event event = record.event();
        RecordFields.writeText(event.type(), target);
        if (event instanceof Started started) {
            RecordFields.writeText(started.label(), target);
            EventFields.writeTime(started.at(), target);
            EventFields.writeBest(started.best(), target);
        } else if (event instanceof Ended ended) {
            EventFields.writeEpisode(ended.episode(), target);
        } else if (event instanceof Changed changed) {
            EventFields.writeEpisode(changed.previous(), target);
            RecordFields.writeText(changed.label(), target);
            EventFields.writeTime(changed.at(), target);
            EventFields.writeBest(changed.best(), target);
        } else if (event instanceof Offline offline) {
            EventFields.writeTime(offline.at(), target);
            EventFields.writeTime(offline.lastFrameAt(), target);
        } else if (event instanceof Online online) {
            EventFields.writeTime(online.at(), target);
            EventFields.writeOptional(
                    online.silence(), (silence, to) -> to.writeLong(silence.toMillis()), target);
        } else if (event instanceof Counted counted) {
            EventFields.writeTime(counted.from(), target);
            EventFields.writeCounts(counted.counts(), target);
        }
    }

    @Override
    public CameraEvent deserialize(DataInputView source) throws IOException {
        return new CameraEvent(RecordFields.readOptionalBytes(source), readEvent(source));
    }

    private static Event readEvent(DataInputView source) throws IOException {
        String type = RecordFields.readText(source);
        return switch (type) {
            case Started.TYPE -> new Started(RecordFields.readText(source), EventFields.readTime(source),
                    EventFields.readBest(source));
            case Ended.TYPE -> new Ended(EventFields.readEpisode(source));
            case Changed.TYPE -> new Changed(EventFields.readEpisode(source), RecordFields.readText(source),
                    EventFields.readTime(source), EventFields.readBest(source));
            case Offline.TYPE -> new Offline(EventFields.readTime(source), EventFields.readTime(source));
            case Online.TYPE -> new Online(EventFields.readTime(source),
                    EventFields.readOptional(from -> Duration.ofMillis(from.readLong()), source));
            case Counted.TYPE -> new Counted(EventFields.readTime(source), EventFields.readCounts(source));
            default -> throw new IOException("An event has the unknown type " + type);
        };
    }

    @Override
    public TypeSerializerSnapshot<CameraEvent> snapshotConfiguration() {
        return new Snapshot();
    }

    /** The serialiser's mark in a savepoint. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<CameraEvent> {
        public Snapshot() {
            super(() -> INSTANCE);
        }
    }
}
