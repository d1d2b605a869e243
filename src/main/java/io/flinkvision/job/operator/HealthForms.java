package io.flinkvision.job.operator;

import io.flinkvision.job.event.CameraHealth;
import io.flinkvision.job.event.SeenPicture;
import io.flinkvision.job.event.SeenTrouble;
import io.flinkvision.job.event.Trouble;
import io.flinkvision.job.event.UsualView;
import java.io.IOException;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** The binary form of a camera's health, a part of {@link RecordForms#TRACKED_CAMERA}. */
final class HealthForms {

    private HealthForms() {}

    static void write(CameraHealth health, DataOutputView target) throws IOException {
        RecordFields.writeOptional(health.last(), (picture, to) -> {
            RecordFields.writeView(picture.view(), to);
            RecordFields.writeTime(picture.sameSince(), to);
            RecordFields.writeText(picture.frame(), to);
            to.writeInt(picture.repetitions());
        }, target);
        RecordFields.writeOptional(health.usual(), HealthForms::writeUsual, target);
        RecordFields.writeList(health.known(), HealthForms::writeUsual, target);
        RecordFields.writeOptional(health.otherLightSince(), RecordFields::writeTime, target);
        target.writeInt(health.troubles().size());
        for (Map.Entry<Trouble, SeenTrouble> trouble : health.troubles().entrySet()) {
            RecordFields.writeText(trouble.getKey().name(), target);
            SeenTrouble seen = trouble.getValue();
            RecordFields.writeTime(seen.from(), target);
            RecordFields.writeText(seen.frame(), target);
            target.writeBoolean(seen.reported());
            RecordFields.writeOptional(seen.goneSince(), RecordFields::writeTime, target);
        }
    }

    static CameraHealth read(DataInputView source) throws IOException {
        return new CameraHealth(
                RecordFields.readOptional(from -> new SeenPicture(RecordFields.readView(from),
                        RecordFields.readTime(from), RecordFields.readText(from), from.readInt()), source),
                RecordFields.readOptional(HealthForms::readUsual, source),
                RecordFields.readList(HealthForms::readUsual, source),
                RecordFields.readOptional(RecordFields::readTime, source),
                readTroubles(source));
    }

    private static SortedMap<Trouble, SeenTrouble> readTroubles(DataInputView source) throws IOException {
        SortedMap<Trouble, SeenTrouble> troubles = new TreeMap<>();
        int size = source.readInt();
        for (int i = 0; i < size; i++) {
            troubles.put(Trouble.valueOf(RecordFields.readText(source)),
                    new SeenTrouble(RecordFields.readTime(source), RecordFields.readText(source),
                            source.readBoolean(), RecordFields.readOptional(RecordFields::readTime, source)));
        }
        return troubles;
    }

    private static void writeUsual(UsualView view, DataOutputView target) throws IOException {
        RecordFields.writeTime(view.from(), target);
        RecordFields.writeTime(view.until(), target);
        target.writeDouble(view.weight());
        target.writeDouble(view.brightness());
        target.writeDouble(view.colour());
        target.writeDouble(view.contrast());
        target.writeDouble(view.detail());
        for (float bit : view.bits()) {
            target.writeFloat(bit);
        }
    }

    private static UsualView readUsual(DataInputView source) throws IOException {
        return new UsualView(RecordFields.readTime(source), RecordFields.readTime(source), source.readDouble(),
                source.readDouble(), source.readDouble(), source.readDouble(), source.readDouble(), readBits(source));
    }

    private static float[] readBits(DataInputView source) throws IOException {
        float[] bits = new float[UsualView.BITS];
        for (int bit = 0; bit < bits.length; bit++) {
            bits[bit] = source.readFloat();
        }
        return bits;
    }
}
