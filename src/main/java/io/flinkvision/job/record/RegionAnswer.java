package io.flinkvision.job.record;

import com.fasterxml.jackson.core.JsonGenerator;
import io.flinkvision.core.head.HeadDescription;
import io.flinkvision.core.image.RegionBox;
import io.flinkvision.core.inference.Label;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The labels of one region of a picture.
 *
 * @param name the region's name at its camera
 * @param box where in the picture it is
 * @param small whether it has so few pixels that little can be seen
 * @param head what answered; empty for the job's own model
 * @param labels the most probable labels, the first one first; at least one
 * @param reused the id of the picture that the labels were taken over from; empty if this one was classified
 */
public record RegionAnswer(String name, RegionBox box, boolean small, Optional<HeadVerdict> head, List<Label> labels,
        Optional<String> reused) {

    private static final String NAME = "name";
    private static final String BOX = "box";
    private static final String SMALL = "small";
    private static final String HEAD = "head";
    private static final String DIGEST = "digest";
    private static final String UNKNOWN = "unknown";
    private static final String DISTANCE = "distance";

    public RegionAnswer {
        RegionKey.requireRegion(name);
        Objects.requireNonNull(box, "box");
        Objects.requireNonNull(head, "head");
        Objects.requireNonNull(reused, "reused");
        labels = List.copyOf(labels);
        if (labels.isEmpty()) {
            throw new IllegalArgumentException("The region '" + name + "' has no labels");
        }
    }

    /** Whether the head has never seen the like of the picture. */
    public boolean unknown() {
        return head.filter(HeadVerdict::unknown).isPresent();
    }

    /** Writes it as an object. */
    void write(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField(NAME, name);
        Region.writeBox(BOX, box, json);
        if (small) {
            json.writeBooleanField(SMALL, true);
        }
        if (head.isPresent()) {
            json.writeObjectFieldStart(HEAD);
            json.writeStringField(NAME, head.get().name());
            json.writeStringField(DIGEST, head.get().digest());
            json.writeEndObject();
        }
        Classification.writeLabels(labels, json);
        if (head.isPresent()) {
            json.writeBooleanField(UNKNOWN, head.get().unknown());
            json.writeNumberField(DISTANCE, head.get().distance());
        }
        Classification.writeReused(reused, json);
        json.writeEndObject();
    }

    /**
     * Reads an object.
     *
     * @throws MalformedRecordException if a field is missing, of the wrong kind or out of bounds
     */
    static RegionAnswer read(JsonObject json) throws MalformedRecordException {
        String name = json.text(NAME);
        try {
            return new RegionAnswer(name, Region.readBox(json.object(BOX)), json.has(SMALL) && json.truth(SMALL),
                    json.has(HEAD) ? Optional.of(readHead(json, json.object(HEAD))) : Optional.empty(),
                    Classification.readLabels(json), Classification.readReused(json));
        } catch (MalformedRecordException | IllegalArgumentException e) {
            throw new MalformedRecordException("in the region '"
                    + PrintableText.escaped(name, RegionKey.MAX_REGION_LENGTH) + "': " + e.getMessage());
        }
    }

    private static HeadVerdict readHead(JsonObject region, JsonObject head) throws MalformedRecordException {
        return new HeadVerdict(head.text(NAME), head.text(DIGEST), region.truth(UNKNOWN), region.number(DISTANCE));
    }

    /**
     * The head that answered, and how sure it is to know what it sees.
     *
     * @param name the head's name
     * @param digest SHA-256 of its file, in hexadecimal
     * @param unknown whether the picture is like none that it was taught
     * @param distance from what it was taught, from 0 to 2; kept in six decimals
     */
    public record HeadVerdict(String name, String digest, boolean unknown, double distance) {

        public HeadVerdict {
            Objects.requireNonNull(name, NAME);
            Objects.requireNonNull(digest, DIGEST);
            if (name.length() > HeadDescription.MAX_NAME_LENGTH) {
                throw new IllegalArgumentException("The head's name has " + name.length() + " characters, more than "
                        + HeadDescription.MAX_NAME_LENGTH);
            }
            if (!digest.matches("[0-9a-f]{64}")) {
                throw new IllegalArgumentException("The head's digest must be a SHA-256 of 64 lower-case hexadecimal"
                        + " digits, not '" + PrintableText.escaped(digest, 64) + "'");
            }
            if (!(distance >= 0 && distance <= 2)) {
                throw new IllegalArgumentException("The distance must be from 0 to 2, not " + distance);
            }
            distance = Math.round(distance * 1e6) / 1e6;
        }
    }
}
