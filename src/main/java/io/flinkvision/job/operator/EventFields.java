package io.flinkvision.job.operator;

import io.flinkvision.job.event.BestFrame;
import io.flinkvision.job.event.Episode;
import io.flinkvision.job.event.Frame;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** The binary form of what frames, events and the state of cameras have in common. Times are in milliseconds. */
final class EventFields {

    private EventFields() {}

    /** Writes a field. */
    interface Writer<T> {
        void write(T value, DataOutputView target) throws IOException;
    }

    /** Reads a field. */
    interface Reader<T> {
        T read(DataInputView source) throws IOException;
    }

    static <T> void writeOptional(Optional<T> value, Writer<T> writer, DataOutputView target) throws IOException {
        target.writeBoolean(value.isPresent());
        if (value.isPresent()) {
            writer.write(value.get(), target);
        }
    }

    static <T> Optional<T> readOptional(Reader<T> reader, DataInputView source) throws IOException {
        return source.readBoolean() ? Optional.of(reader.read(source)) : Optional.empty();
    }

    static void writeTime(Instant time, DataOutputView target) throws IOException {
        target.writeLong(time.toEpochMilli());
    }

    static Instant readTime(DataInputView source) throws IOException {
        return Instant.ofEpochMilli(source.readLong());
    }

    static void writeFrame(Frame frame, DataOutputView target) throws IOException {
        RecordFields.writeText(frame.id(), target);
        writeTime(frame.time(), target);
        RecordFields.writeLabels(frame.labels(), target);
    }

    static Frame readFrame(DataInputView source) throws IOException {
        return new Frame(RecordFields.readText(source), readTime(source), RecordFields.readLabels(source));
    }

    static void writeBest(BestFrame best, DataOutputView target) throws IOException {
        RecordFields.writeText(best.id(), target);
        target.writeDouble(best.score());
    }

    static BestFrame readBest(DataInputView source) throws IOException {
        return new BestFrame(RecordFields.readText(source), source.readDouble());
    }

    static void writeEpisode(Episode episode, DataOutputView target) throws IOException {
        RecordFields.writeText(episode.label(), target);
        writeTime(episode.from(), target);
        writeTime(episode.until(), target);
        target.writeLong(episode.frames());
        writeBest(episode.best(), target);
    }

    static Episode readEpisode(DataInputView source) throws IOException {
        return new Episode(RecordFields.readText(source), readTime(source), readTime(source), source.readLong(),
                readBest(source));
    }

    static void writeCounts(SortedMap<String, Long> counts, DataOutputView target) throws IOException {
        target.writeInt(counts.size());
        for (SortedMap.Entry<String, Long> count : counts.entrySet()) {
            RecordFields.writeText(count.getKey(), target);
            target.writeLong(count.getValue());
        }
    }

    static SortedMap<String, Long> readCounts(DataInputView source) throws IOException {
        SortedMap<String, Long> counts = new TreeMap<>();
        int size = source.readInt();
        for (int i = 0; i < size; i++) {
            counts.put(RecordFields.readText(source), source.readLong());
        }
        return counts;
    }
}
