package io.flinkvision.job.operator;

import io.flinkvision.job.event.AnsweringHead;
import io.flinkvision.job.event.Present.Shown;
import io.flinkvision.job.event.Present.Trouble;
import io.flinkvision.job.event.Present;
import io.flinkvision.job.event.PresentDetector.Told;
import io.flinkvision.job.record.StateRecord;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** The binary forms of the states of cameras and of what they are told from, for {@link RecordForms}. */
final class StateForms {

    private StateForms() {}

    static void writeRecord(StateRecord record, DataOutputView target) throws IOException {
        RecordFields.writeOptional(record.key(), RecordFields::writeBytes, target);
        RecordFields.writeOptional(record.state(), StateForms::writePresent, target);
    }

    static StateRecord readRecord(DataInputView source) throws IOException {
        return new StateRecord(RecordFields.readOptional(RecordFields::readBytes, source),
                RecordFields.readOptional(StateForms::readPresent, source));
    }

    static void writeTracked(TrackedPresent tracked, DataOutputView target) throws IOException {
        writePresent(tracked.told().present(), target);
        RecordFields.writeOptional(tracked.told().oppositeSince(), RecordFields::writeTime, target);
        target.writeLong(tracked.forgetTimer());
    }

    static TrackedPresent readTracked(DataInputView source) throws IOException {
        return new TrackedPresent(
                new Told(readPresent(source), RecordFields.readOptional(RecordFields::readTime, source)),
                source.readLong());
    }

    private static void writePresent(Present present, DataOutputView target) throws IOException {
        RecordFields.writeTime(present.at(), target);
        target.writeBoolean(present.online());
        RecordFields.writeTime(present.since(), target);
        RecordFields.writeOptional(present.shown(), (shown, to) -> {
            RecordFields.writeText(shown.label(), to);
            to.writeDouble(shown.score());
            RecordFields.writeBest(shown.best(), to);
        }, target);
        target.writeBoolean(present.unknown());
        RecordFields.writeOptional(present.head(), (head, to) -> {
            RecordFields.writeText(head.name(), to);
            RecordFields.writeText(head.digest(), to);
        }, target);
        RecordFields.writeList(present.troubles(), (trouble, to) -> {
            RecordFields.writeText(trouble.trouble(), to);
            RecordFields.writeTime(trouble.since(), to);
        }, target);
    }

    private static Present readPresent(DataInputView source) throws IOException {
        return new Present(RecordFields.readTime(source), source.readBoolean(), RecordFields.readTime(source),
                RecordFields.readOptional(from -> new Shown(
                        RecordFields.readText(from), from.readDouble(), RecordFields.readBest(from)), source),
                source.readBoolean(),
                RecordFields.readOptional(
                        from -> new AnsweringHead(RecordFields.readText(from), RecordFields.readText(from)), source),
                RecordFields.readList(
                        from -> new Trouble(RecordFields.readText(from), RecordFields.readTime(from)), source));
    }
}
