package io.flinkvision.job.record;

import com.fasterxml.jackson.core.JsonGenerator;
import io.flinkvision.core.weights.ModelException;
import io.flinkvision.job.record.ModelCandidate.Mode;
import io.flinkvision.job.record.ModelChange.EndOfTrial;
import io.flinkvision.job.record.ModelChange.Replacement;
import io.flinkvision.job.record.ModelChange.Trial;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;

/**
 * A record of the control topic. {@code conf/schemas/model-choice.schema.json} describes its JSON.
 *
 * <p>Candidates have a key of their own, so that compaction keeps both the model and the candidate. They have no
 * {@code bundle} and no {@code digest} of their own, which a job that knows no candidates requires: it refuses their
 * records, and so never takes one for a change of all cameras. For the same reason a trial ends by a record with a
 * value, since such a job takes any record without one for the way back to the submitted model.
 *
 * @param change what it asks for
 * @param replaced what a replacement replaced, for the way back; empty if nobody wrote it down. The job ignores it
 */
public record ControlRecord(ModelChange change, Optional<Replacement> replaced) {

    /** The key of candidates, and of the ends of their trials. */
    public static final String CANDIDATE_KEY = "candidate";

    private static final String CANDIDATE = "candidate";
    private static final String MODE = "mode";
    private static final String PERCENT = "percent";
    private static final String REPLACES = "replaces";
    private static final String SUBMITTED = "submitted";

    public ControlRecord {
        Objects.requireNonNull(change, "change");
        Objects.requireNonNull(replaced, "replaced");
        if (replaced.isPresent() && !(change instanceof Replacement)) {
            throw new IllegalArgumentException("Only a model replaces another, not " + change);
        }
    }

    public ControlRecord(ModelChange change) {
        this(change, Optional.empty());
    }

    /** The key of the record, by which compaction keeps the latest. The job itself looks at it only without a value. */
    public String key() {
        return change instanceof Replacement ? ModelChoice.KEY : CANDIDATE_KEY;
    }

    /**
     * Reads a record. Unknown fields are ignored.
     *
     * @throws ModelException if its value is no JSON object, or a field is missing or malformed
     */
    public static ControlRecord read(Optional<byte[]> key, Optional<byte[]> value) {
        if (value.isEmpty()) {
            boolean ofACandidate = key.filter(
                    bytes -> Arrays.equals(bytes, CANDIDATE_KEY.getBytes(StandardCharsets.UTF_8))).isPresent();
            return new ControlRecord(ofACandidate ? new EndOfTrial() : Replacement.BY_THE_SUBMITTED);
        }
        try {
            JsonObject json = JsonObject.read(value.get());
            if (!json.has(CANDIDATE)) {
                return new ControlRecord(new Replacement(Optional.of(ModelChoice.read(value.get()))), replaced(json));
            }
            if (json.has(ModelChoice.BUNDLE)) {
                throw new ModelException("The record has both bundle and candidate: a job that knows no candidates would"
                        + " take it for the model of all pictures");
            }
            return new ControlRecord(json.isNull(CANDIDATE)
                    ? new EndOfTrial()
                    : new Trial(candidate(json.object(CANDIDATE))));
        } catch (MalformedRecordException e) {
            throw new ModelException("The choice of a model must be a JSON object with bundle and digest, or with"
                    + " candidate, but " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new ModelException(e.getMessage(), e);
        }
    }

    private static Optional<Replacement> replaced(JsonObject json) throws MalformedRecordException {
        if (!json.has(REPLACES)) {
            return Optional.empty();
        }
        return Optional.of(json.isText(REPLACES, SUBMITTED)
                ? Replacement.BY_THE_SUBMITTED
                : new Replacement(Optional.of(ModelChoice.of(json.object(REPLACES)))));
    }

    private static ModelCandidate candidate(JsonObject json) throws MalformedRecordException {
        return new ModelCandidate(ModelChoice.of(json), Mode.named(json.text(MODE)), json.number(PERCENT));
    }

    /** The record's value, in UTF-8; empty for the way back to the submitted model. */
    public Optional<byte[]> toJson() {
        if (change.equals(Replacement.BY_THE_SUBMITTED)) {
            return Optional.empty();
        }
        return Optional.of(JsonObject.write(json -> {
            if (change instanceof Replacement replacement) {
                replacement.choice().orElseThrow().writeFields(json);
                writeReplaced(json);
            } else if (change instanceof Trial trial) {
                json.writeObjectFieldStart(CANDIDATE);
                trial.candidate().choice().writeFields(json);
                json.writeStringField(MODE, trial.candidate().mode().toString());
                json.writeNumberField(PERCENT, trial.candidate().percent());
                json.writeEndObject();
            } else {
                json.writeNullField(CANDIDATE);
            }
        }));
    }

    private void writeReplaced(JsonGenerator json) throws IOException {
        if (replaced.isEmpty()) {
            return;
        }
        Optional<ModelChoice> choice = replaced.get().choice();
        if (choice.isEmpty()) {
            json.writeStringField(REPLACES, SUBMITTED);
            return;
        }
        json.writeObjectFieldStart(REPLACES);
        choice.get().writeFields(json);
        json.writeEndObject();
    }
}
