package io.flinkvision.job.record;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.flinkvision.core.image.DecodeOutcome.Rejected;
import io.flinkvision.core.image.ErrorCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * Extracts pictures from the values of records, in the form that the job's {@code source.value} names. The size limit
 * is checked before anything is decoded, and of JSON only the text with the picture is kept.
 */
public final class ValueReader {

    private final ValueEncoding encoding;
    private final long maxBytes;
    private final JsonFactory json;

    /** The bytes of the picture that a record holds or refers to, or the reason why there are none. */
    public sealed interface PictureBytes {

        /** The bytes, which nobody changes. */
        record Found(byte[] bytes) implements PictureBytes {}

        /** The reason why there are none. */
        record Refused(Rejected reason) implements PictureBytes {}

        /** There are none. */
        static PictureBytes refused(ErrorCode code, String message) {
            return new Refused(new Rejected(code, message));
        }
    }

    /**
     * @param encoding of the values
     * @param maxBytes the largest picture
     */
    public ValueReader(ValueEncoding encoding, long maxBytes) {
        this.encoding = Objects.requireNonNull(encoding, "encoding");
        this.maxBytes = maxBytes;
        this.json = JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxStringLength((int) Math.min(Integer.MAX_VALUE - 8, Base64Text.maxLength(maxBytes)))
                        .build())
                .build();
    }

    /**
     * The picture in a value.
     *
     * @param value of at least one byte; handed back as it is where the values are {@link ValueEncoding.Bytes}
     */
    public PictureBytes read(byte[] value) {
        try {
            if (encoding instanceof ValueEncoding.Base64) {
                return ofText(value, "The value", value);
            }
            return encoding instanceof ValueEncoding.Json form
                    ? ofJson(value, JsonPointer.compile(form.pointer()))
                    : new PictureBytes.Found(value);
        } catch (OutOfMemoryError e) {
            // The failed allocation was for this picture, and is garbage by now.
            return PictureBytes.refused(
                    ErrorCode.OUT_OF_MEMORY, "There is no memory for the picture: " + e.getMessage());
        }
    }

    /**
     * The picture in a value of unknown form, to show it: the first one of JSON or of a text in Base64, otherwise the
     * value as it is.
     */
    public static byte[] anyPicture(byte[] value) {
        return ForeignValue.unwrap(value);
    }

    private PictureBytes ofText(byte[] text, String place, byte[] value) {
        try {
            Base64Text base64 = Base64Text.of(text);
            if (base64.size() == 0) {
                return PictureBytes.refused(ErrorCode.EMPTY, place + " is an empty text");
            }
            return base64.size() > maxBytes
                    ? PictureBytes.refused(ErrorCode.TOO_LARGE, "The picture has " + base64.size()
                            + " bytes, more than the limit of " + maxBytes)
                    : new PictureBytes.Found(base64.decode());
        } catch (Base64Text.MalformedException e) {
            String message = place + " is no base64, as source.value says it is: " + e.getMessage();
            return e.isAtStart()
                    ? unknown(message, value)
                    : PictureBytes.refused(ErrorCode.CORRUPT, message);
        }
    }

    private PictureBytes ofJson(byte[] value, JsonPointer pointer) {
        String place = pointer.matches() ? "The value's JSON" : "The text at " + pointer + " of the value's JSON";
        try (JsonParser parser = json.createParser(value)) {
            Optional<JsonToken> found = find(parser, pointer);
            if (found.isEmpty()) {
                return unknown("The value is JSON, but has nothing at " + pointer + ", where source.value says that the"
                        + " picture is", value);
            }
            return switch (found.get()) {
                case VALUE_STRING -> ofText(parser.getText().getBytes(StandardCharsets.ISO_8859_1), place, value);
                case VALUE_NULL -> PictureBytes.refused(ErrorCode.EMPTY, place + " is null");
                default -> unknown(place + " is no text but " + found.get().name().toLowerCase(Locale.ROOT), value);
            };
        } catch (StreamConstraintsException e) {
            return PictureBytes.refused(ErrorCode.TOO_LARGE, place + " exceeds what is read for pictures of up to "
                    + maxBytes + " bytes: " + e.getOriginalMessage());
        } catch (JsonProcessingException e) {
            return unknown("The value is no JSON, as source.value says it is: " + e.getOriginalMessage(), value);
        } catch (IOException e) {
            throw new IllegalStateException("An array of bytes was not read", e);
        }
    }

    /** Moves to a place in the JSON; returns the token that begins there, or empty if there is no such place. */
    private static Optional<JsonToken> find(JsonParser parser, JsonPointer pointer) throws IOException {
        JsonPointer rest = pointer;
        JsonToken token = parser.nextToken();
        while (token != null && !rest.matches()) {
            token = token == JsonToken.START_OBJECT ? member(parser, rest)
                    : token == JsonToken.START_ARRAY ? element(parser, rest) : null;
            rest = rest.tail();
        }
        return Optional.ofNullable(token);
    }

    private static JsonToken member(JsonParser parser, JsonPointer pointer) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            boolean wanted = pointer.matchesProperty(parser.currentName());
            JsonToken token = parser.nextToken();
            if (wanted) {
                return token;
            }
            parser.skipChildren();
        }
        return null;
    }

    private static JsonToken element(JsonParser parser, JsonPointer pointer) throws IOException {
        JsonToken token = parser.nextToken();
        for (int i = 0; token != null && token != JsonToken.END_ARRAY; i++) {
            if (pointer.matchesElement(i)) {
                return token;
            }
            parser.skipChildren();
            token = parser.nextToken();
        }
        return null;
    }

    private static PictureBytes unknown(String message, byte[] value) {
        return PictureBytes.refused(ErrorCode.UNKNOWN_FORMAT,
                message + ForeignValue.describe(value).map(hint -> ". " + hint).orElse(""));
    }
}
