package io.flinkvision.job.record;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Two models that classify the same pictures.
 *
 * @param current the job's own model
 * @param candidate the model that is tried
 * @param commonLabels how many labels both have, by their texts
 * @param onlyCurrent how many labels the candidate does not have
 * @param onlyCandidate how many labels the job's own model does not have
 */
public record ComparedModels(
        Named current, Named candidate, int commonLabels, int onlyCurrent, int onlyCandidate) {

    private static final String CURRENT = "current";
    private static final String CANDIDATE = "candidate";
    private static final String NAME = "name";
    private static final String DIGEST = "digest";
    private static final String LABELS = "labels";
    private static final String COMMON = "common";
    private static final String ONLY_CURRENT = "onlyCurrent";
    private static final String ONLY_CANDIDATE = "onlyCandidate";

    /**
     * A model.
     *
     * @param name in its {@code model.yaml}
     * @param digest SHA-256 of its weights, in hexadecimal
     */
    public record Named(String name, String digest) {

        public Named {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(digest, "digest");
        }
    }

    public ComparedModels {
        Objects.requireNonNull(current, "current");
        Objects.requireNonNull(candidate, "candidate");
        if (commonLabels < 0 || onlyCurrent < 0 || onlyCandidate < 0) {
            throw new IllegalArgumentException("Numbers of labels cannot be negative: " + commonLabels + ", "
                    + onlyCurrent + ", " + onlyCandidate);
        }
    }

    /** Counts the labels, which are equal if their texts are. */
    public static ComparedModels of(Named current, List<String> currentLabels, Named candidate,
            List<String> candidateLabels) {
        Set<String> ofCurrent = new HashSet<>(currentLabels);
        Set<String> ofCandidate = new HashSet<>(candidateLabels);
        int common = (int) ofCurrent.stream().filter(ofCandidate::contains).count();
        return new ComparedModels(
                current, candidate, common, ofCurrent.size() - common, ofCandidate.size() - common);
    }

    /** Whether both models have the same labels. */
    public boolean haveSameLabels() {
        return onlyCurrent == 0 && onlyCandidate == 0;
    }

    void writeFields(JsonGenerator json) throws IOException {
        write(CURRENT, current, json);
        write(CANDIDATE, candidate, json);
        json.writeObjectFieldStart(LABELS);
        json.writeNumberField(COMMON, commonLabels);
        json.writeNumberField(ONLY_CURRENT, onlyCurrent);
        json.writeNumberField(ONLY_CANDIDATE, onlyCandidate);
        json.writeEndObject();
    }

    private static void write(String field, Named model, JsonGenerator json) throws IOException {
        json.writeObjectFieldStart(field);
        json.writeStringField(NAME, model.name());
        json.writeStringField(DIGEST, model.digest());
        json.writeEndObject();
    }

    static ComparedModels read(JsonObject json) throws MalformedRecordException {
        JsonObject labels = json.object(LABELS);
        return new ComparedModels(named(json.object(CURRENT)), named(json.object(CANDIDATE)),
                labels.integer(COMMON), labels.integer(ONLY_CURRENT), labels.integer(ONLY_CANDIDATE));
    }

    private static Named named(JsonObject json) throws MalformedRecordException {
        return new Named(json.text(NAME), json.text(DIGEST));
    }
}
