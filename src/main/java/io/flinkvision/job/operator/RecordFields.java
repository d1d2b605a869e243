package io.flinkvision.job.operator;

import io.flinkvision.core.image.ViewStatistics;
import io.flinkvision.core.inference.Label;
import io.flinkvision.job.event.AnsweringHead;
import io.flinkvision.job.event.BestFrame;
import io.flinkvision.job.event.Episode;
import io.flinkvision.job.event.Frame;
import io.flinkvision.job.operator.VersionedSerializer.Reader;
import io.flinkvision.job.operator.VersionedSerializer.Writer;
import io.flinkvision.job.record.CameraFrame;
import io.flinkvision.job.record.PictureOrigin;
import io.flinkvision.job.record.RecordCoordinates;
import io.flinkvision.job.record.RecordHeader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** The binary forms of fields that several records have. A change of one is a new version of all that use it. */
final class RecordFields {

    private RecordFields() {}

    static void writeBytes(byte[] bytes, DataOutputView target) throws IOException {
        target.writeInt(bytes.length);
        target.write(bytes);
    }

    static byte[] readBytes(DataInputView source) throws IOException {
        byte[] bytes = new byte[source.readInt()];
        source.readFully(bytes);
        return bytes;
    }

    /** Not {@link DataOutputView#writeUTF}, which refuses text of more than 65,535 bytes. */
    static void writeText(String text, DataOutputView target) throws IOException {
        writeBytes(text.getBytes(StandardCharsets.UTF_8), target);
    }

    static String readText(DataInputView source) throws IOException {
        return new String(readBytes(source), StandardCharsets.UTF_8);
    }

    static void writeTime(Instant time, DataOutputView target) throws IOException {
        target.writeLong(time.toEpochMilli());
    }

    static Instant readTime(DataInputView source) throws IOException {
        return Instant.ofEpochMilli(source.readLong());
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

    static <T> void writeList(List<T> list, Writer<T> writer, DataOutputView target) throws IOException {
        target.writeInt(list.size());
        for (T element : list) {
            writer.write(element, target);
        }
    }

    static <T> List<T> readList(Reader<T> reader, DataInputView source) throws IOException {
        int size = source.readInt();
        List<T> list = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            list.add(reader.read(source));
        }
        return list;
    }

    static <T> void writeMap(SortedMap<String, T> map, Writer<T> writer, DataOutputView target) throws IOException {
        target.writeInt(map.size());
        for (Map.Entry<String, T> entry : map.entrySet()) {
            writeText(entry.getKey(), target);
            writer.write(entry.getValue(), target);
        }
    }

    static <T> SortedMap<String, T> readMap(Reader<T> reader, DataInputView source) throws IOException {
        SortedMap<String, T> map = new TreeMap<>();
        int size = source.readInt();
        for (int i = 0; i < size; i++) {
            map.put(readText(source), reader.read(source));
        }
        return map;
    }

    static void writeHeaders(List<RecordHeader> headers, DataOutputView target) throws IOException {
        writeList(headers, (header, to) -> {
            writeText(header.name(), to);
            writeOptional(header.value(), RecordFields::writeBytes, to);
        }, target);
    }

    static List<RecordHeader> readHeaders(DataInputView source) throws IOException {
        return readList(from -> new RecordHeader(readText(from), readOptional(RecordFields::readBytes, from)), source);
    }

    /** The place of a camera's frame begins with the topic "", which Kafka does not allow. */
    static void writeOrigin(PictureOrigin origin, DataOutputView target) throws IOException {
        if (origin instanceof CameraFrame frame) {
            writeText("", target);
            writeText(frame.camera(), target);
            target.writeLong(frame.session());
            target.writeLong(frame.number());
        } else {
            writeCoordinates((RecordCoordinates) origin, target);
        }
    }

    static PictureOrigin readOrigin(DataInputView source) throws IOException {
        String topic = readText(source);
        return topic.isEmpty()
                ? new CameraFrame(readText(source), source.readLong(), source.readLong())
                : new RecordCoordinates(topic, source.readInt(), source.readLong());
    }

    static void writeCoordinates(RecordCoordinates coordinates, DataOutputView target) throws IOException {
        writeText(coordinates.topic(), target);
        target.writeInt(coordinates.partition());
        target.writeLong(coordinates.offset());
    }

    static RecordCoordinates readCoordinates(DataInputView source) throws IOException {
        return new RecordCoordinates(readText(source), source.readInt(), source.readLong());
    }

    static void writeLabels(List<Label> labels, DataOutputView target) throws IOException {
        writeList(labels, (label, to) -> {
            writeText(label.label(), to);
            to.writeInt(label.index());
            to.writeFloat(label.score());
        }, target);
    }

    static List<Label> readLabels(DataInputView source) throws IOException {
        return readList(from -> new Label(readText(from), from.readInt(), from.readFloat()), source);
    }

    static void writeView(ViewStatistics view, DataOutputView target) throws IOException {
        target.writeDouble(view.brightness());
        target.writeDouble(view.contrast());
        target.writeDouble(view.detail());
        target.writeDouble(view.colour());
        target.writeLong(view.across());
        target.writeLong(view.down());
        target.writeLong(view.digest());
    }

    static ViewStatistics readView(DataInputView source) throws IOException {
        return new ViewStatistics(source.readDouble(), source.readDouble(), source.readDouble(), source.readDouble(),
                source.readLong(), source.readLong(), source.readLong());
    }

    static void writeFrame(Frame frame, DataOutputView target) throws IOException {
        writeText(frame.id(), target);
        writeTime(frame.time(), target);
        writeLabels(frame.labels(), target);
        writeOptional(frame.head(), (head, to) -> {
            writeText(head.name(), to);
            writeText(head.digest(), to);
        }, target);
        target.writeBoolean(frame.unknown());
        writeOptional(frame.view(), RecordFields::writeView, target);
    }

    static Frame readFrame(DataInputView source) throws IOException {
        return new Frame(readText(source), readTime(source), readLabels(source),
                readOptional(from -> new AnsweringHead(readText(from), readText(from)), source),
                source.readBoolean(), readOptional(RecordFields::readView, source));
    }

    /** As it was in the first versions of all that has a frame. */
    static Frame readFrameOfLabels(DataInputView source) throws IOException {
        return new Frame(readText(source), readTime(source), readLabels(source));
    }

    static void writeBest(BestFrame best, DataOutputView target) throws IOException {
        writeText(best.id(), target);
        target.writeDouble(best.score());
    }

    static BestFrame readBest(DataInputView source) throws IOException {
        return new BestFrame(readText(source), source.readDouble());
    }

    static void writeEpisode(Episode episode, DataOutputView target) throws IOException {
        writeText(episode.label(), target);
        writeTime(episode.from(), target);
        writeTime(episode.until(), target);
        target.writeLong(episode.frames());
        writeBest(episode.best(), target);
    }

    static Episode readEpisode(DataInputView source) throws IOException {
        return new Episode(
                readText(source), readTime(source), readTime(source), source.readLong(), readBest(source));
    }

    static void writeCounts(SortedMap<String, Long> counts, DataOutputView target) throws IOException {
        writeMap(counts, (count, to) -> to.writeLong(count), target);
    }

    static SortedMap<String, Long> readCounts(DataInputView source) throws IOException {
        return readMap(DataInputView::readLong, source);
    }
}
