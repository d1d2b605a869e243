package io.flinkvision.job.operator;

import io.flinkvision.core.image.ImageFingerprint;
import io.flinkvision.core.image.PreviewFingerprint;
import io.flinkvision.core.inference.ReuseRule.ClassifiedImage;
import io.flinkvision.job.guard.PictureDigest;
import io.flinkvision.job.operator.CameraLooks.Measured;
import io.flinkvision.job.operator.VersionedSerializer.Reader;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** The binary forms of what is remembered of cameras whose frames reuse labels, for {@link RecordForms}. */
final class ReuseForms {

    private ReuseForms() {}

    static void writeLast(LastClassified last, DataOutputView target) throws IOException {
        RecordFields.writeOrigin(last.source(), target);
        RecordFields.writeBytes(last.picture().fingerprint().cells(), target);
        RecordFields.writeLabels(last.picture().labels(), target);
        RecordFields.writeTime(last.picture().time(), target);
        RecordFields.writeText(last.picture().modelDigest(), target);
        RecordFields.writeOrigin(last.standsFor(), target);
    }

    static LastClassified readLast(DataInputView source) throws IOException {
        LastClassified last = readLastForItself(source);
        return new LastClassified(last.source(), last.picture(), RecordFields.readOrigin(source));
    }

    /** Version 1: each stood for itself. */
    static LastClassified readLastForItself(DataInputView source) throws IOException {
        return new LastClassified(
                RecordFields.readOrigin(source),
                new ClassifiedImage(
                        new ImageFingerprint(RecordFields.readBytes(source)),
                        RecordFields.readLabels(source),
                        RecordFields.readTime(source),
                        RecordFields.readText(source)));
    }

    static void writeLastRegion(LastRegion region, DataOutputView target) throws IOException {
        writeLast(region.last(), target);
        RegionForms.writeBox(region.box(), target);
        RecordFields.writeOptional(region.head(), RegionForms::writeVerdict, target);
    }

    /** @param last reads the first field */
    static LastRegion readLastRegion(Reader<LastClassified> last, DataInputView source) throws IOException {
        return new LastRegion(last.read(source), RegionForms.readBox(source),
                RecordFields.readOptional(RegionForms::readVerdict, source));
    }

    static void writeSeen(SeenView view, DataOutputView target) throws IOException {
        RecordFields.writeOrigin(view.source(), target);
        RecordFields.writeTime(view.time(), target);
        target.writeInt(view.bytes());
        RecordFields.writeText(view.digest().sha256(), target);
        RegionForms.writeBox(view.box(), target);
        target.writeInt(view.fingerprint().columns());
        RecordFields.writeBytes(view.fingerprint().cells(), target);
    }

    static SeenView readSeen(DataInputView source) throws IOException {
        return new SeenView(
                RecordFields.readOrigin(source),
                RecordFields.readTime(source),
                source.readInt(),
                new PictureDigest(RecordFields.readText(source)),
                RegionForms.readBox(source),
                new PreviewFingerprint(source.readInt(), RecordFields.readBytes(source)));
    }

    static void writeLooks(CameraLooks looks, DataOutputView target) throws IOException {
        target.writeInt(looks.pace().decoded());
        target.writeInt(looks.pace().pause());
        RecordFields.writeOptional(looks.measured(), (measured, to) -> {
            RecordFields.writeOrigin(measured.source(), to);
            RecordFields.writeView(measured.statistics(), to);
            to.writeDouble(measured.brightness());
        }, target);
    }

    static CameraLooks readLooks(DataInputView source) throws IOException {
        return new CameraLooks(
                new LookPace(source.readInt(), source.readInt()),
                RecordFields.readOptional(from -> new Measured(
                        RecordFields.readOrigin(from), RecordFields.readView(from), from.readDouble()), source));
    }
}
