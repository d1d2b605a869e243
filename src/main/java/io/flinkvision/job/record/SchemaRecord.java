package io.flinkvision.job.record;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;

/** A record that the job writes as JSON or by a schema of a registry; the latter form is made of the former. */
public sealed interface SchemaRecord extends JsonRecord permits Classification, CameraEvent {

    /** Writes the fields of the JSON object. */
    void writeFields(JsonGenerator json) throws IOException;

    @Override
    default byte[] toJson() {
        return JsonObject.write(this::writeFields);
    }

    /** The JSON as a tree. */
    default JsonNode toTree() {
        return JsonObject.tree(this::writeFields);
    }
}
