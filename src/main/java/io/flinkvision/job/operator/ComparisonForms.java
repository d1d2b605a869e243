package io.flinkvision.job.operator;

import io.flinkvision.job.record.ComparedModels.Named;
import io.flinkvision.job.record.ComparedModels;
import io.flinkvision.job.record.ComparedPicture.Agreed;
import io.flinkvision.job.record.ComparedPicture.Differing;
import io.flinkvision.job.record.ComparedPicture.Failed;
import io.flinkvision.job.record.ComparedPicture.Outcome;
import io.flinkvision.job.record.ComparedPicture;
import io.flinkvision.job.record.ModelCandidate.Mode;
import io.flinkvision.job.record.ModelCandidate;
import io.flinkvision.job.record.ModelChange.EndOfTrial;
import io.flinkvision.job.record.ModelChange.Replacement;
import io.flinkvision.job.record.ModelChange.Trial;
import io.flinkvision.job.record.ModelChange;
import io.flinkvision.job.record.ModelChoice;
import io.flinkvision.job.record.ModelComparison.Counts;
import io.flinkvision.job.record.ModelComparison.Disagreement;
import io.flinkvision.job.record.ModelComparison;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** The binary forms of changes of the model, and of comparisons of two models, for {@link RecordForms}. */
final class ComparisonForms {

    private static final int REPLACEMENT = 0;
    private static final int TRIAL = 1;
    private static final int END_OF_TRIAL = 2;

    private static final int AGREED = 0;
    private static final int DIFFERING = 1;
    private static final int FAILED = 2;

    private ComparisonForms() {}

    static void writeChange(ModelChange change, DataOutputView target) throws IOException {
        if (change instanceof Replacement replacement) {
            target.writeByte(REPLACEMENT);
            RecordFields.writeOptional(replacement.choice(), ComparisonForms::writeChoice, target);
        } else if (change instanceof Trial trial) {
            target.writeByte(TRIAL);
            writeChoice(trial.candidate().choice(), target);
            RecordFields.writeText(trial.candidate().mode().name(), target);
            target.writeDouble(trial.candidate().percent());
        } else {
            target.writeByte(END_OF_TRIAL);
        }
    }

    static ModelChange readChange(DataInputView source) throws IOException {
        int kind = source.readUnsignedByte();
        return switch (kind) {
            case REPLACEMENT -> readReplacement(source);
            case TRIAL -> new Trial(new ModelCandidate(
                    readChoice(source), Mode.valueOf(RecordFields.readText(source)), source.readDouble()));
            case END_OF_TRIAL -> new EndOfTrial();
            default -> throw new IOException("There is no change of a model of kind " + kind);
        };
    }

    /** Version 1 knew no candidates. */
    static ModelChange readReplacement(DataInputView source) throws IOException {
        return new Replacement(RecordFields.readOptional(ComparisonForms::readChoice, source));
    }

    private static void writeChoice(ModelChoice choice, DataOutputView target) throws IOException {
        RecordFields.writeText(choice.bundle(), target);
        RecordFields.writeText(choice.digest(), target);
    }

    private static ModelChoice readChoice(DataInputView source) throws IOException {
        return new ModelChoice(RecordFields.readText(source), RecordFields.readText(source));
    }

    static void writePicture(ComparedPicture picture, DataOutputView target) throws IOException {
        RecordFields.writeOptional(picture.key(), RecordFields::writeBytes, target);
        RecordFields.writeText(picture.id(), target);
        RecordFields.writeTime(picture.at(), target);
        writeModels(picture.models(), target);
        if (picture.outcome() instanceof Agreed agreed) {
            target.writeByte(AGREED);
            target.writeDouble(agreed.scoreDifference());
        } else if (picture.outcome() instanceof Differing differing) {
            target.writeByte(DIFFERING);
            RecordFields.writeText(differing.current(), target);
            RecordFields.writeText(differing.candidate(), target);
            target.writeBoolean(differing.known());
        } else {
            target.writeByte(FAILED);
        }
    }

    static ComparedPicture readPicture(DataInputView source) throws IOException {
        return new ComparedPicture(
                RecordFields.readOptional(RecordFields::readBytes, source),
                RecordFields.readText(source),
                RecordFields.readTime(source),
                readModels(source),
                readOutcome(source));
    }

    private static Outcome readOutcome(DataInputView source) throws IOException {
        int kind = source.readUnsignedByte();
        return switch (kind) {
            case AGREED -> new Agreed(source.readDouble());
            case DIFFERING -> new Differing(
                    RecordFields.readText(source), RecordFields.readText(source), source.readBoolean());
            case FAILED -> new Failed();
            default -> throw new IOException("There is no outcome of a comparison of kind " + kind);
        };
    }

    static void writeComparison(ModelComparison comparison, DataOutputView target) throws IOException {
        RecordFields.writeOptional(comparison.key(), RecordFields::writeBytes, target);
        writeModels(comparison.models(), target);
        RecordFields.writeTime(comparison.since(), target);
        RecordFields.writeTime(comparison.at(), target);
        Counts counts = comparison.counts();
        target.writeLong(counts.agreed());
        target.writeLong(counts.disagreed());
        target.writeLong(counts.notComparable());
        target.writeLong(counts.failed());
        target.writeDouble(counts.scoreDifference());
        RecordFields.writeList(comparison.disagreements(), (pair, to) -> {
            RecordFields.writeText(pair.current(), to);
            RecordFields.writeText(pair.candidate(), to);
            to.writeLong(pair.count());
            RecordFields.writeText(pair.example(), to);
        }, target);
        target.writeLong(comparison.otherDisagreements());
    }

    static ModelComparison readComparison(DataInputView source) throws IOException {
        return new ModelComparison(
                RecordFields.readOptional(RecordFields::readBytes, source),
                readModels(source),
                RecordFields.readTime(source),
                RecordFields.readTime(source),
                new Counts(source.readLong(), source.readLong(), source.readLong(), source.readLong(),
                        source.readDouble()),
                RecordFields.readList(from -> new Disagreement(RecordFields.readText(from),
                        RecordFields.readText(from), from.readLong(), RecordFields.readText(from)), source),
                source.readLong());
    }

    private static void writeModels(ComparedModels models, DataOutputView target) throws IOException {
        for (Named model : new Named[] {models.current(), models.candidate()}) {
            RecordFields.writeText(model.name(), target);
            RecordFields.writeText(model.digest(), target);
        }
        target.writeInt(models.commonLabels());
        target.writeInt(models.onlyCurrent());
        target.writeInt(models.onlyCandidate());
    }

    private static ComparedModels readModels(DataInputView source) throws IOException {
        return new ComparedModels(
                new Named(RecordFields.readText(source), RecordFields.readText(source)),
                new Named(RecordFields.readText(source), RecordFields.readText(source)),
                source.readInt(), source.readInt(), source.readInt());
    }
}
