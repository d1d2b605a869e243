package io.flinkvision.job.record;

import com.fasterxml.jackson.core.JsonGenerator;
import io.flinkvision.core.weights.ModelException;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Objects;

/**
 * The choice of a model for a running job: the value of a record of the control topic, of which the latest counts; or a
 * part of one, as {@link ControlRecord} says.
 *
 * @param bundle absolute URI of the bundle's folder, on a file system that the TaskManagers read
 * @param digest SHA-256 of the bundle's weights, 64 lower-case hexadecimal digits: what is loaded is what was meant
 */
public record ModelChoice(String bundle, String digest) {

    /** The key of all choices for all pictures, so that compaction keeps the latest. */
    public static final String KEY = "model";

    static final String BUNDLE = "bundle";
    private static final String DIGEST = "digest";

    public ModelChoice {
        Objects.requireNonNull(bundle, BUNDLE);
        Objects.requireNonNull(digest, DIGEST);
        if (!isAbsoluteUri(bundle)) {
            throw new IllegalArgumentException("The bundle must be an absolute URI of a folder, such as"
                    + " s3://models/triage, not '" + bundle + "'");
        }
        if (!digest.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("The digest must be a SHA-256 of 64 lower-case hexadecimal digits, as"
                    + " sha256sum prints it, not '" + digest + "'");
        }
    }

    /** A scheme of one letter is a Windows drive. */
    private static boolean isAbsoluteUri(String text) {
        try {
            URI uri = new URI(text);
            return uri.isAbsolute() && uri.getScheme().length() > 1 && uri.getPath() != null;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    /**
     * Reads a record's value. Unknown fields are ignored.
     *
     * @throws ModelException if it is no JSON object, or a field is missing or malformed
     */
    public static ModelChoice read(byte[] value) {
        try {
            return of(JsonObject.read(value));
        } catch (MalformedRecordException e) {
            throw new ModelException("The choice of a model must be a JSON object with " + BUNDLE + " and " + DIGEST
                    + ", but " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new ModelException(e.getMessage(), e);
        }
    }

    /** The value of a record that makes this choice, in UTF-8. */
    public byte[] toJson() {
        return JsonObject.write(this::writeFields);
    }

    /** @throws IllegalArgumentException if a field is malformed */
    static ModelChoice of(JsonObject json) throws MalformedRecordException {
        return new ModelChoice(json.text(BUNDLE), json.text(DIGEST));
    }

    void writeFields(JsonGenerator json) throws IOException {
        json.writeStringField(BUNDLE, bundle);
        json.writeStringField(DIGEST, digest);
    }
}
