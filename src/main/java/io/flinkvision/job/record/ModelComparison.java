package io.flinkvision.job.record;

import com.fasterxml.jackson.core.JsonGenerator;
import io.flinkvision.job.record.ComparedPicture.Agreed;
import io.flinkvision.job.record.ComparedPicture.Differing;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A record of the comparisons topic: what two models have said so far of the same pictures of a camera. Later records of
 * the camera include earlier ones. {@code conf/schemas/model-comparison.schema.json} describes its JSON.
 *
 * @param key of the camera's pictures; empty if they have none
 * @param models the two models
 * @param since when the first of the pictures was classified
 * @param at when the last one was
 * @param counts of the pictures
 * @param disagreements pairs of different labels, the most frequent first
 * @param otherDisagreements pictures of pairs that are not listed
 */
public record ModelComparison(Optional<byte[]> key, ComparedModels models, Instant since, Instant at, Counts counts,
        List<Disagreement> disagreements, long otherDisagreements) implements JsonRecord {

    /** Pairs of labels that are counted per camera; others are counted together. */
    public static final int MAX_COUNTED = 100;

    /** Pairs of labels in a record. */
    public static final int MAX_LISTED = 10;

    private static final String DISAGREEMENTS = "disagreements";

    /**
     * Numbers of pictures.
     *
     * @param agreed with the same label
     * @param disagreed with different labels that both models have
     * @param notComparable with different labels, one of which the other model does not have
     * @param failed those on which the candidate's network failed; they are not compared
     * @param scoreDifference sum over those that agreed of the candidate's score less the current model's
     */
    public record Counts(long agreed, long disagreed, long notComparable, long failed, double scoreDifference) {

        public static final Counts NONE = new Counts(0, 0, 0, 0, 0);

        public Counts {
            if (agreed < 0 || disagreed < 0 || notComparable < 0 || failed < 0 || !Double.isFinite(scoreDifference)) {
                throw new IllegalArgumentException("These are no counts of pictures: " + agreed + ", " + disagreed
                        + ", " + notComparable + ", " + failed + ", " + scoreDifference);
            }
        }

        public long compared() {
            return agreed + disagreed + notComparable;
        }

        public Counts plus(Counts other) {
            return new Counts(agreed + other.agreed, disagreed + other.disagreed, notComparable + other.notComparable,
                    failed + other.failed, scoreDifference + other.scoreDifference);
        }

        private Counts plus(ComparedPicture.Outcome outcome) {
            if (outcome instanceof Agreed same) {
                return plus(new Counts(1, 0, 0, 0, same.scoreDifference()));
            }
            if (outcome instanceof Differing other) {
                return plus(new Counts(0, other.known() ? 1 : 0, other.known() ? 0 : 1, 0, 0));
            }
            return plus(new Counts(0, 0, 0, 1, 0));
        }
    }

    /**
     * A pair of different labels.
     *
     * @param current label of the current model
     * @param candidate label of the candidate
     * @param count of the pictures
     * @param example the id of the labels of the last of them
     */
    public record Disagreement(String current, String candidate, long count, String example) {

        /** The most frequent first. */
        public static final Comparator<Disagreement> ORDER = Comparator.comparingLong(Disagreement::count).reversed()
                .thenComparing(Disagreement::current).thenComparing(Disagreement::candidate);

        public Disagreement {
            Objects.requireNonNull(current, "current");
            Objects.requireNonNull(candidate, "candidate");
            Objects.requireNonNull(example, "example");
        }
    }

    public ModelComparison {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(models, "models");
        Objects.requireNonNull(since, "since");
        Objects.requireNonNull(at, "at");
        Objects.requireNonNull(counts, "counts");
        disagreements = List.copyOf(disagreements);
    }

    /** A camera's first picture. */
    public static ModelComparison of(ComparedPicture picture) {
        return new ModelComparison(picture.key(), picture.models(), picture.at(), picture.at(), Counts.NONE, List.of(), 0)
                .with(picture);
    }

    /** This and another picture of the same camera; if it was classified by other models, that picture alone. */
    public ModelComparison with(ComparedPicture picture) {
        if (!picture.models().equals(models)) {
            return of(picture);
        }
        List<Disagreement> all = new ArrayList<>(disagreements);
        long others = otherDisagreements;
        if (picture.outcome() instanceof Differing differing && !count(differing, picture.id(), all)) {
            others++;
        }
        all.sort(Disagreement.ORDER);
        return new ModelComparison(key, models, since, picture.at().isAfter(at) ? picture.at() : at,
                counts.plus(picture.outcome()), all, others);
    }

    private static boolean count(Differing differing, String id, List<Disagreement> all) {
        for (int i = 0; i < all.size(); i++) {
            Disagreement known = all.get(i);
            if (known.current().equals(differing.current()) && known.candidate().equals(differing.candidate())) {
                all.set(i, new Disagreement(known.current(), known.candidate(), known.count() + 1, id));
                return true;
            }
        }
        return all.size() < MAX_COUNTED
                && all.add(new Disagreement(differing.current(), differing.candidate(), 1, id));
    }

    @Override
    public List<RecordHeader> headers() {
        return List.of();
    }

    /** Only the most frequent disagreements are listed. */
    @Override
    public byte[] toJson() {
        return JsonObject.write(json -> {
            JsonObject.writeKey(key, json);
            models.writeFields(json);
            json.writeStringField("since", since.toString());
            json.writeStringField("at", at.toString());
            json.writeNumberField("compared", counts.compared());
            json.writeNumberField("agreed", counts.agreed());
            json.writeNumberField("disagreed", counts.disagreed());
            json.writeNumberField("notComparable", counts.notComparable());
            json.writeNumberField("failed", counts.failed());
            json.writeNumberField("scoreDifference", counts.scoreDifference());
            json.writeArrayFieldStart(DISAGREEMENTS);
            for (Disagreement disagreement : disagreements.stream().limit(MAX_LISTED).toList()) {
                write(disagreement, json);
            }
            json.writeEndArray();
            json.writeNumberField("otherDisagreements", otherDisagreements
                    + disagreements.stream().skip(MAX_LISTED).mapToLong(Disagreement::count).sum());
        });
    }

    private static void write(Disagreement disagreement, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("current", disagreement.current());
        json.writeStringField("candidate", disagreement.candidate());
        json.writeNumberField("count", disagreement.count());
        json.writeStringField("example", disagreement.example());
        json.writeEndObject();
    }

    /**
     * Reads a record's value.
     *
     * @throws MalformedRecordException if it is no such JSON
     */
    public static ModelComparison read(byte[] value) throws MalformedRecordException {
        JsonObject json = JsonObject.read(value);
        try {
            List<Disagreement> disagreements = new ArrayList<>();
            for (JsonObject pair : json.objects(DISAGREEMENTS)) {
                disagreements.add(new Disagreement(pair.text("current"), pair.text("candidate"),
                        pair.longInteger("count"), pair.text("example")));
            }
            return new ModelComparison(json.key(), ComparedModels.read(json), json.time("since"), json.time("at"),
                    new Counts(json.longInteger("agreed"), json.longInteger("disagreed"),
                            json.longInteger("notComparable"), json.longInteger("failed"),
                            json.number("scoreDifference")),
                    disagreements, json.longInteger("otherDisagreements"));
        } catch (IllegalArgumentException e) {
            throw new MalformedRecordException(e.getMessage());
        }
    }
}
