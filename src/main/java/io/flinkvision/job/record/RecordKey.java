package io.flinkvision.job.record;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** A picture's key in JSON. */
public final class RecordKey {

    private RecordKey() {}

    /** A key that is not UTF-8 text has no place in JSON as it is: it is written in Base64 under another name. */
    public static void write(Optional<byte[]> key, JsonGenerator generator) throws IOException {
        if (key.isEmpty()) {
            return;
        }
        Optional<String> text = text(key.get());
        if (text.isPresent()) {
            generator.writeStringField("key", text.get());
        } else {
            generator.writeBinaryField("keyBase64", key.get());
        }
    }

    private static Optional<String> text(byte[] bytes) {
        try {
            return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }
}
