package io.flinkvision.job.operator;

import io.flinkvision.core.head.Head;
import io.flinkvision.core.image.RegionBox;
import io.flinkvision.core.image.RgbImage;
import io.flinkvision.job.operator.VersionedSerializer.Reader;
import io.flinkvision.job.record.RecordCoordinates;
import io.flinkvision.job.record.Region;
import io.flinkvision.job.record.RegionAnswer.HeadVerdict;
import io.flinkvision.job.record.RegionAnswer;
import io.flinkvision.job.record.RegionKey;
import io.flinkvision.job.region.RegionChange;
import io.flinkvision.job.region.SharedHeads;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** The binary forms of views, regions and heads, for {@link RecordForms}. */
final class RegionForms {

    /** The kinds of {@link ViewInput}. */
    private static final int NOT_COMPARED = 0;
    private static final int CHANGED = 1;
    private static final int UNCHANGED = 2;

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

    static void writeBox(RegionBox box, DataOutputView target) throws IOException {
        target.writeDouble(box.x());
        target.writeDouble(box.y());
        target.writeDouble(box.width());
        target.writeDouble(box.height());
    }

    static RegionBox readBox(DataInputView source) throws IOException {
        return new RegionBox(source.readDouble(), source.readDouble(), source.readDouble(), source.readDouble());
    }

    static void writePixels(RgbImage image, DataOutputView target) throws IOException {
        target.writeInt(image.width());
        target.writeInt(image.height());
        RecordFields.writeBytes(image.samples(), target);
    }

    static RgbImage readPixels(DataInputView source) throws IOException {
        return new RgbImage(source.readInt(), source.readInt(), RecordFields.readBytes(source));
    }

    /** The heads come first, each once, whatever the number of regions that it answers. */
    static void writeDecoded(List<DecodedRegion> regions, DataOutputView target) throws IOException {
        List<Head> heads = regions.stream().flatMap(region -> region.head().stream()).distinct().toList();
        RecordFields.writeList(heads, RegionForms::writeHead, target);
        RecordFields.writeList(regions, (region, to) -> {
            RecordFields.writeText(region.name(), to);
            writeBox(region.box(), to);
            RecordFields.writeOptional(region.head(), (head, index) -> index.writeInt(heads.indexOf(head)), to);
            writeView(region.view(), to);
        }, target);
    }

    /** @param views reads the last field of each */
    static List<DecodedRegion> readDecoded(Reader<ViewInput> views, DataInputView source) throws IOException {
        List<Head> heads = RecordFields.readList(RegionForms::readHead, source);
        return RecordFields.readList(from -> new DecodedRegion(
                RecordFields.readText(from),
                readBox(from),
                RecordFields.readOptional(index -> heads.get(index.readInt()), from),
                views.read(from)), source);
    }

    static void writeView(ViewInput view, DataOutputView target) throws IOException {
        if (view instanceof ViewInput.Unchanged unchanged) {
            target.writeByte(UNCHANGED);
            RecordFields.writeOrigin(unchanged.since(), target);
        } else {
            target.writeByte(view instanceof ViewInput.Changed ? CHANGED : NOT_COMPARED);
            writePixels(view.decoded().orElseThrow(), target);
        }
    }

    static ViewInput readView(DataInputView source) throws IOException {
        int kind = source.readByte();
        return switch (kind) {
            case UNCHANGED -> new ViewInput.Unchanged(RecordFields.readOrigin(source));
            case CHANGED -> new ViewInput.Changed(readPixels(source));
            case NOT_COMPARED -> readPixelsOfView(source);
            default -> throw new IOException("There is no view of the kind " + kind);
        };
    }

    /** As all views were before they were compared. */
    static ViewInput readPixelsOfView(DataInputView source) throws IOException {
        return new ViewInput.NotCompared(readPixels(source));
    }

    static void writeAnswers(List<RegionAnswer> answers, DataOutputView target) throws IOException {
        RecordFields.writeList(answers, (answer, to) -> {
            RecordFields.writeText(answer.name(), to);
            writeBox(answer.box(), to);
            to.writeBoolean(answer.small());
            RecordFields.writeOptional(answer.head(), RegionForms::writeVerdict, to);
            RecordFields.writeLabels(answer.labels(), to);
            RecordFields.writeOptional(answer.reused(), RecordFields::writeText, to);
        }, target);
    }

    static List<RegionAnswer> readAnswers(DataInputView source) throws IOException {
        return RecordFields.readList(from -> new RegionAnswer(
                RecordFields.readText(from),
                readBox(from),
                from.readBoolean(),
                RecordFields.readOptional(RegionForms::readVerdict, from),
                RecordFields.readLabels(from),
                RecordFields.readOptional(RecordFields::readText, from)), source);
    }

    static void writeVerdict(HeadVerdict verdict, DataOutputView target) throws IOException {
        RecordFields.writeText(verdict.name(), target);
        RecordFields.writeText(verdict.digest(), target);
        target.writeBoolean(verdict.unknown());
        target.writeDouble(verdict.distance());
    }

    static HeadVerdict readVerdict(DataInputView source) throws IOException {
        return new HeadVerdict(RecordFields.readText(source), RecordFields.readText(source), source.readBoolean(),
                source.readDouble());
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
