package io.flinkvision.job.record;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.flinkvision.core.image.DecodeOutcome.Rejected;
import io.flinkvision.core.image.ImageFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

/**
 * Recognises the serialisation of a value that is no picture, and suggests what to do. It only sees values that were
 * refused already, so a wrong guess loses no picture.
 */
public final class ForeignValue {

    /** The replacement character, U+FFFD, in UTF-8. */
    private static final byte[] REPLACEMENT = {(byte) 0xef, (byte) 0xbf, (byte) 0xbd};

    /** Enough bytes to recognise a picture by, or damage. */
    private static final int HEAD_BYTES = 4 << 10;

    /** Base64 and hexadecimal digits of the shortest text that is taken for a picture: "BM" could be a word. */
    private static final int MIN_DIGITS = 64;

    private static final String SEND_BYTES = "have the producer send the picture's bytes (ByteArraySerializer)";

    private ForeignValue() {}

    /** Improves the message of a refusal if the value's serialisation is recognised. */
    public static Rejected explain(Rejected rejected, byte[] value) {
        try {
            return explained(rejected, value);
        } catch (OutOfMemoryError e) {
            // A long text in JSON takes memory of its own, and the better message is optional.
            return rejected;
        }
    }

    private static Rejected explained(Rejected rejected, byte[] value) {
        return switch (rejected.code()) {
            case UNKNOWN_FORMAT -> describe(value)
                    .or(() -> EmbeddedPicture.hint(value).map(hint -> rejected.message() + ". " + hint))
                    .map(message -> new Rejected(rejected.code(), message))
                    .orElse(rejected);
            // Of a BMP or a WebP the first bytes survive.
            case CORRUPT, TRUNCATED -> damage(value)
                    .map(message -> new Rejected(rejected.code(), rejected.message() + ". " + message))
                    .orElse(rejected);
            default -> rejected;
        };
    }

    /**
     * The serialisation of a value and what to do, in a sentence.
     *
     * @return empty where none is recognised
     */
    static Optional<String> describe(byte[] value) {
        return binary(value)
                .or(() -> damage(value))
                .or(() -> text(value))
                .or(() -> EmbeddedPicture.describe(value));
    }

    private static Optional<String> binary(byte[] value) {
        Optional<String> format = ImageFormat.sniff(value).map(Enum::name);
        if (format.isPresent()) {
            return Optional.of("The value is a " + format.get() + " as it is: set source.value to bytes, or leave"
                    + " it out");
        }
        if (value.length > 2 && startsWith(value, 0x80) && value[1] >= 2 && value[1] <= 5
                && value[value.length - 1] == '.') {
            return Optional.of("The value is a Python pickle, which the job does not run: " + SEND_BYTES + ", encoded"
                    + " as JPEG or PNG");
        }
        if (startsWith(value, 0x93, 'N', 'U', 'M', 'P', 'Y')) {
            return Optional.of("The value is a NumPy file (npy): send tobytes() with the headers content-type="
                    + RecordHeader.RAW_PIXELS + ", width, height and format, or the picture as JPEG or PNG");
        }
        return startsWith(value, 0xac, 0xed, 0, 5)
                ? Optional.of("The value is an object of Java's serialisation, which the job does not load: "
                        + SEND_BYTES)
                : Optional.empty();
    }

    /** Bytes that a producer decoded as text and encoded again. */
    private static Optional<String> damage(byte[] value) {
        int replaced = 0;
        int length = Math.min(value.length, HEAD_BYTES);
        for (int i = 0; i + REPLACEMENT.length <= length; i++) {
            if (Arrays.equals(value, i, i + REPLACEMENT.length, REPLACEMENT, 0, REPLACEMENT.length)) {
                replaced++;
            }
        }
        if (replaced * REPLACEMENT.length * 4 >= length && replaced > 0) {
            return Optional.of("A string serialiser has read the bytes as UTF-8 text and put EF BF BD in place of most"
                    + " of them: the picture is lost; " + SEND_BYTES);
        }
        return startsWith(value, 0xc3, 0xbf, 0xc3, 0x98, 0xc3, 0xbf) || startsWith(value, 0xc2, 0x89, 'P', 'N', 'G')
                ? Optional.of("A string serialiser has read the bytes as Latin-1 text and written that as UTF-8: "
                        + SEND_BYTES)
                : Optional.empty();
    }

    private static Optional<String> text(byte[] value) {
        String head = head(value);
        if (isLikelyJson(head)) {
            return pictureInJson(value).map(picture -> "The value is JSON with base64 text of a " + picture.format()
                    + " in it: set source.value to '" + new ValueEncoding.Json(picture.pointer()) + "', or "
                    + SEND_BYTES);
        }
        if (head.startsWith("b'") || head.startsWith("b\"")) {
            return Optional.of("The value is Python's text of bytes, b'...': send the bytes themselves, not str() of"
                    + " them");
        }
        if (head.toLowerCase(Locale.ROOT).startsWith("data:image/")) {
            return Optional.of("The value is a data URL: set source.value to base64, or " + SEND_BYTES);
        }
        return TextPicture.of(value)
                .map(picture -> "The value is base64 text of a " + picture.format() + ": set source.value to base64,"
                        + " or " + SEND_BYTES)
                .or(() -> hexFormat(head).map(format -> "The value is hexadecimal text of a " + format + ": "
                        + SEND_BYTES + ", or base64 text with source.value set to base64"));
    }

    /**
     * A text that encodes a picture.
     *
     * @param pointer where in a JSON it is; empty where it is the whole value
     */
    private record TextPicture(Base64Text base64, ImageFormat format, String pointer) {

        static Optional<TextPicture> of(byte[] text) {
            try {
                Base64Text base64 = Base64Text.of(text);
                return base64.size() < MIN_DIGITS / 4 * 3
                        ? Optional.empty()
                        : ImageFormat.sniff(base64.decode(HEAD_BYTES))
                                .map(format -> new TextPicture(base64, format, ""));
            } catch (Base64Text.MalformedException e) {
                return Optional.empty();
            }
        }

        TextPicture at(String place) {
            return new TextPicture(base64, format, place);
        }
    }

    /** Allows the prefixes of C and PostgreSQL. */
    private static Optional<ImageFormat> hexFormat(String head) {
        String digits = head.replaceFirst("^(0x|\\\\x)", "");
        return digits.length() >= MIN_DIGITS && digits.substring(0, MIN_DIGITS).matches("[0-9A-Fa-f]+")
                ? ImageFormat.sniff(HexFormat.of().parseHex(digits, 0, MIN_DIGITS))
                : Optional.empty();
    }

    private static boolean isLikelyJson(String head) {
        return head.startsWith("{") || head.startsWith("[") || head.startsWith("\"");
    }

    /** The first picture in a JSON. */
    private static Optional<TextPicture> pictureInJson(byte[] value) {
        JsonFactory factory = JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
                .build();
        try (JsonParser parser = factory.createParser(value)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.VALUE_STRING && parser.getTextLength() >= MIN_DIGITS) {
                    Optional<TextPicture> picture =
                            TextPicture.of(parser.getText().getBytes(StandardCharsets.ISO_8859_1));
                    if (picture.isPresent()) {
                        return Optional.of(picture.get().at(parser.getParsingContext().pathAsPointer().toString()));
                    }
                }
            }
        } catch (IOException e) {
            // It is no JSON, or nested too deeply.
        }
        return Optional.empty();
    }

    /** The picture in a value of base64 or JSON; any other value as it is. */
    static byte[] unwrap(byte[] value) {
        return ImageFormat.sniff(value).isPresent()
                ? value
                : (isLikelyJson(head(value)) ? pictureInJson(value) : TextPicture.of(value))
                        .map(picture -> picture.base64().decode())
                        .orElse(value);
    }

    private static String head(byte[] value) {
        return new String(value, 0, Math.min(value.length, HEAD_BYTES), StandardCharsets.ISO_8859_1).strip();
    }

    static boolean startsWith(byte[] value, int... signature) {
        if (value.length < signature.length) {
            return false;
        }
        for (int i = 0; i < signature.length; i++) {
            if ((value[i] & 0xff) != signature[i]) {
                return false;
            }
        }
        return true;
    }
}
