package io.flinkvision.tools.publish;

import io.flinkvision.core.weights.ModelException;
import io.flinkvision.job.kafka.TopicContents;
import io.flinkvision.job.record.ControlRecord;
import io.flinkvision.job.record.ModelCandidate;
import io.flinkvision.job.record.ModelChange.EndOfTrial;
import io.flinkvision.job.record.ModelChange.Replacement;
import io.flinkvision.job.record.ModelChange.Trial;
import io.flinkvision.job.record.ModelChange;
import io.flinkvision.job.record.RecordCoordinates;
import io.flinkvision.tools.ToolException;
import io.flinkvision.tools.watch.TopicReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Consumer;

/**
 * The topic that tells running jobs which model to use, and which to try (docs/changing-the-model.md).
 *
 * @param name the job file's {@code model.control-topic}
 * @param admin properties of an admin client, with the brokers and credentials
 * @param producer the same for a producer
 * @param consumer the same for a consumer
 */
public record ModelsTopic(String name, Properties admin, Properties producer, Properties consumer) {

    public ModelsTopic {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(admin, "admin");
        Objects.requireNonNull(producer, "producer");
        Objects.requireNonNull(consumer, "consumer");
    }

    /**
     * What the topic asks of jobs now; what they refused of it is not known here.
     *
     * @param model the model of all pictures
     * @param replaced the model before; empty if nobody wrote it down
     * @param candidate the model that is tried beside it
     */
    public record Decisions(Replacement model, Optional<Replacement> replaced, Optional<ModelCandidate> candidate) {

        /** Those of an empty topic. */
        static final Decisions NONE =
                new Decisions(Replacement.BY_THE_SUBMITTED, Optional.empty(), Optional.empty());

        public Decisions {
            Objects.requireNonNull(model, "model");
            Objects.requireNonNull(replaced, "replaced");
            Objects.requireNonNull(candidate, "candidate");
        }

        Decisions after(ControlRecord record) {
            if (record.change() instanceof Replacement replacement) {
                return new Decisions(replacement, record.replaced(), Optional.empty());
            }
            return new Decisions(model, replaced,
                    record.change() instanceof Trial trial ? Optional.of(trial.candidate()) : Optional.empty());
        }
    }

    /**
     * Creates the topic if it is missing.
     *
     * @param remarks receives what was done, and warnings
     * @throws ToolException if the brokers do not respond, or refuse it
     */
    public void require(Consumer<String> remarks) {
        topic().require(remarks);
    }

    /**
     * Reads what the topic asks of jobs now. Records that they refuse as malformed are left out.
     *
     * @throws ToolException if the topic does not exist or may not be read, or the brokers do not answer
     */
    public Decisions decisions() {
        List<Decisions> latest = new ArrayList<>(List.of(Decisions.NONE));
        try (TopicContents contents = new TopicContents(consumer, name, Duration.ZERO, TopicReader::failure)) {
            contents.readOn(record -> {
                try {
                    latest.set(0, latest.get(0).after(ControlRecord.read(
                            Optional.ofNullable(record.key()), Optional.ofNullable(record.value()))));
                } catch (ModelException e) {
                    // Jobs refuse it too, and go on with what they have.
                    return;
                }
            });
        }
        return latest.get(0);
    }

    /**
     * Asks for a model of all pictures, which ends the trial of a candidate.
     *
     * @param before what the topic has asked for; empty if that is not known, so that there is no way back from here
     * @throws ToolException if the topic cannot be written
     */
    public List<RecordCoordinates> replace(Replacement model, Optional<Decisions> before) {
        List<ControlRecord> records = new ArrayList<>();
        boolean isSubmitted = model.equals(Replacement.BY_THE_SUBMITTED);
        records.add(new ControlRecord(model, isSubmitted ? Optional.empty() : before.map(Decisions::model)));
        if (isSubmitted && before.flatMap(Decisions::candidate).isPresent()) {
            // Compaction will delete a record without a value, and the candidate must not come back then.
            records.add(new ControlRecord(new EndOfTrial()));
        }
        return write(records);
    }

    /**
     * Asks for the trial of a candidate.
     *
     * @throws ToolException if the topic cannot be written
     */
    public List<RecordCoordinates> tryOut(ModelCandidate candidate) {
        return write(List.of(new ControlRecord(new Trial(candidate))));
    }

    /**
     * Goes back by one step: ends the trial of a candidate, or else asks for the model before.
     *
     * @param before what the topic has asked for
     * @throws ToolException if there is no way back, or the topic cannot be written
     */
    public List<RecordCoordinates> rollBack(Decisions before) {
        if (before.candidate().isPresent()) {
            return write(List.of(new ControlRecord(new EndOfTrial())));
        }
        return write(List.of(new ControlRecord(modelBefore(before))));
    }

    /**
     * The model that a way back leads to, without a candidate.
     *
     * @throws ToolException if there is none
     */
    public ModelChange modelBefore(Decisions before) {
        return before.replaced().orElseThrow(() -> new ToolException("Nothing to roll back: topic " + name + " has no"
                + " candidate, and does not say which model was before " + before.model() + "; publish the one that you"
                + " want"));
    }

    private List<RecordCoordinates> write(List<ControlRecord> records) {
        Map<String, Optional<byte[]>> values = new LinkedHashMap<>();
        records.forEach(record -> values.put(record.key(), record.toJson()));
        return topic().publish(values);
    }

    private CompactedTopic topic() {
        return new CompactedTopic(name, admin, producer);
    }

    /** Without the clients' properties, which hold passwords. */
    @Override
    public String toString() {
        return "ModelsTopic[" + name + "]";
    }
}
