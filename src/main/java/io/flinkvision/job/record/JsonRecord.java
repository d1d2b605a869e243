package io.flinkvision.job.record;

import java.util.List;
import java.util.Optional;

/** A record that the job writes as JSON. */
public sealed interface JsonRecord permits SchemaRecord, StateRecord, ModelComparison {

    /** Usually the camera; empty if its pictures have none. */
    Optional<byte[]> key();

    /** Headers of the record besides its content type. */
    List<RecordHeader> headers();

    /** The record's value, in UTF-8. */
    byte[] toJson();

    /** The record's value; empty for one that deletes its key from a compacted topic. */
    default Optional<byte[]> value() {
        return Optional.of(toJson());
    }

    /** The key as text, or its Base64 if it is no text: as it is in the JSON. */
    default Optional<String> keyText() {
        return JsonObject.keyText(key());
    }
}
