package io.flinkvision.job.operator;

import io.flinkvision.core.head.Head;
import io.flinkvision.core.image.RegionBox;
import io.flinkvision.job.record.RecordCoordinates;
import io.flinkvision.job.record.Region;
import io.flinkvision.job.record.RegionKey;
import io.flinkvision.job.region.RegionChange;
import io.flinkvision.job.region.SharedHeads;
import java.io.IOException;
import java.time.Duration;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** The binary forms of regions and heads, for {@link RecordForms}. */
final class RegionForms {

    private RegionForms() {}

    static void writeChange(RegionChange change, DataOutputView target) throws IOException {
        RecordFields.writeCoordinates(change.source(), target);
        RecordFields.writeText(change.key().toString(), target);
        RecordFields.writeOptional(change.region(), (region, to) -> {
            writeBox(region.box(), to);
            RecordFields.writeOptional(region.every(), (every, time) -> time.writeLong(every.toMillis()), to);
            RecordFields.writeOptional(region.head(), RegionForms::writeHead, to);
        }, target);
    }

    static RegionChange readChange(DataInputView source) throws IOException {
        return readChange(RecordFields.readCoordinates(source), RegionKey.parse(RecordFields.readText(source)), source);
    }

    private static RegionChange readChange(
            RecordCoordinates coordinates, RegionKey key, DataInputView source)
            throws IOException {
        return new RegionChange(coordinates, key, RecordFields.readOptional(from -> new Region(
                key,
                readBox(from),
                RecordFields.readOptional(time -> Duration.ofMillis(time.readLong()), from),
                RecordFields.readOptional(RegionForms::readHead, from)), source));
    }

    private static void writeBox(RegionBox box, DataOutputView target) throws IOException {
        target.writeDouble(box.x());
        target.writeDouble(box.y());
        target.writeDouble(box.width());
        target.writeDouble(box.height());
    }

    private static RegionBox readBox(DataInputView source) throws IOException {
        return new RegionBox(source.readDouble(), source.readDouble(), source.readDouble(), source.readDouble());
    }

    private static void writeHead(Head head, DataOutputView target) throws IOException {
        RecordFields.writeText(head.digest(), target);
        RecordFields.writeBytes(head.bytes(), target);
    }

    /** The digest comes first, so that a head which is in memory already is not parsed again. */
    private static Head readHead(DataInputView source) throws IOException {
        String digest = RecordFields.readText(source);
        byte[] bytes = RecordFields.readBytes(source);
        return SharedHeads.get(digest, () -> Head.read("head " + digest, bytes));
    }
}
