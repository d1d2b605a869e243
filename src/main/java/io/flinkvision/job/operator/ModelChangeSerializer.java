package io.flinkvision.job.operator;

import io.flinkvision.job.record.ModelChoice;
import java.io.IOException;
import java.util.Optional;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** The binary form of a {@link ModelChange} between operators, and in checkpoints and savepoints. */
public final class ModelChangeSerializer extends RecordSerializer<ModelChange> {

    public static final ModelChangeSerializer INSTANCE = new ModelChangeSerializer();

    private static final long serialVersionUID = 1L;

    @Override
    public void serialize(ModelChange change, DataOutputView target) throws IOException {
        target.writeBoolean(change.choice().isPresent());
        if (change.choice().isPresent()) {
            RecordFields.writeText(change.choice().get().bundle(), target);
            RecordFields.writeText(change.choice().get().digest(), target);
        }
    }

    @Override
    public ModelChange deserialize(DataInputView source) throws IOException {
        return new ModelChange(source.readBoolean()
                ? Optional.of(new ModelChoice(RecordFields.readText(source), RecordFields.readText(source)))
                : Optional.empty());
    }

    @Override
    public TypeSerializerSnapshot<ModelChange> snapshotConfiguration() {
        return new Snapshot();
    }

    /** The serialiser's mark in a savepoint. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<ModelChange> {
        public Snapshot() {
            super(() -> INSTANCE);
        }
    }
}
