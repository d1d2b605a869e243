package io.flinkvision.job.record;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.core.image.DecodeOutcome.Rejected;
import io.flinkvision.core.image.ErrorCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ForeignValueTest {

    private static final byte[] JPEG = picture("meal_1.jpg");
    private static final byte[] PNG =
            join(bytes(0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0, 0, 0, 13), "IHDR".getBytes(UTF_8), noise(300));
    private static final String SEND_BYTES = "have the producer send the picture's bytes";

    @Test
    void base64OfAPictureIsNamed() {
        assertDescribed(Base64.getEncoder().encode(JPEG), "base64 text of a JPEG: set source.value to base64");
        assertDescribed(Base64.getMimeEncoder().encode(PNG), "base64 text of a PNG: set source.value to base64");
        assertDescribed(("data:image/jpeg;base64," + Base64.getEncoder().encodeToString(JPEG)).getBytes(UTF_8),
                "a data URL: set source.value to base64");
    }

    @Test
    void hexadecimalTextOfAPictureIsNamed() {
        assertDescribed(HexFormat.of().formatHex(JPEG).getBytes(UTF_8), "hexadecimal text of a JPEG");
        assertDescribed(("0x" + HexFormat.of().withUpperCase().formatHex(PNG)).getBytes(UTF_8),
                "hexadecimal text of a PNG");
        assertDescribed(("\\x" + HexFormat.of().formatHex(PNG)).getBytes(UTF_8), "hexadecimal text of a PNG");
    }

    @Test
    void thePlaceInJsonIsNamed() {
        String text = Base64.getEncoder().encodeToString(JPEG);
        String json = "{\"camera\": \"" + "x".repeat(100) + "\", \"image\": {\"data\": \"" + text + "\"}}";
        assertDescribed(json.getBytes(UTF_8),
                "JSON with base64 text of a JPEG in it: set source.value to 'json:/image/data'");
        assertDescribed((" [{\"a/b\": \"data:image/png;base64," + text + "\"}]").getBytes(UTF_8), "'json:/0/a~1b'");
        assertDescribed(("\"" + text.replace("/", "\\/") + "\"").getBytes(UTF_8), "set source.value to 'json:'");
    }

    @Test
    void whatWasPutInAFrameIsNamed() {
        assertDescribed(join(bytes(0, 0, 0, 0, 7), bytes(0x02, 'g', 0x80, 0x10), JPEG),
                "Avro, JSON or Protobuf of a schema registry, with a zero and the schema id 7, and has a JPEG at byte 9");
        assertDescribed(join(bytes(0, 0, 1, 0x86, 0xa1), noise(50)), "the schema id 100001: the job takes no fields");
        assertDescribed(join(bytes(0x82, 0xa4), "data".getBytes(UTF_8), bytes(0xc6),
                ByteBuffer.allocate(4).putInt(JPEG.length).array(), JPEG, bytes(0xa1, 'c', 7)),
                "MessagePack with a JPEG at byte 11");
        assertDescribed(join(bytes(0xc5, PNG.length >> 8, PNG.length), PNG), "MessagePack with a PNG at byte 3");
        byte[] minusOne = bytes(0x10, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1);
        assertDescribed(join(bytes(0x0a, 4), "gate".getBytes(UTF_8), minusOne,
                bytes(0x1a, PNG.length & 0x7f | 0x80, PNG.length >> 7), PNG), "Protobuf with a PNG at byte 20");
    }

    @Test
    void whatStandsBeforeAPictureIsPointedAtBesidesTheDecodersOwnWords() {
        Rejected rejected = new Rejected(ErrorCode.UNKNOWN_FORMAT, "The bytes are an HTTP response");

        assertThat(ForeignValue.explain(rejected, join("camera=gate;".getBytes(UTF_8), JPEG)).message())
                .startsWith("The bytes are an HTTP response. A JPEG begins at byte 12: the job takes no fields around");
        assertThat(ForeignValue.explain(rejected, "HTTP/1.1 404 Not Found".getBytes(UTF_8))).isEqualTo(rejected);
    }

    @Test
    void pythonsAndJavasObjectsAreNamed() throws IOException {
        assertDescribed(join(bytes(0x80, 4, 0x95), noise(40), bytes('.')), "a Python pickle, which the job does not run");
        assertDescribed(join(bytes(0x93), "NUMPY".getBytes(UTF_8), bytes(1, 0), noise(90)), "a NumPy file (npy)");
        assertDescribed(("b'\\xff\\xd8\\xff'").getBytes(UTF_8), "Python's text of bytes");
        ByteArrayOutputStream object = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(object)) {
            out.writeObject(JPEG);
        }
        assertDescribed(object.toByteArray(), "Java's serialisation");
    }

    @Test
    void damageByAStringSerialiserIsNamed() {
        byte[] jpeg = new String(JPEG, UTF_8).getBytes(UTF_8);

        assertDescribed(jpeg, "put EF BF BD in place of most of them: the picture is lost; " + SEND_BYTES);
        assertDescribed(new String(PNG, UTF_8).getBytes(UTF_8), "EF BF BD");
        assertDescribed(new String(JPEG, ISO_8859_1).getBytes(UTF_8), "as Latin-1 text and written that as UTF-8");
        assertDescribed(new String(PNG, ISO_8859_1).getBytes(UTF_8), "as Latin-1 text");
    }

    @Test
    void damageIsNamedWhereTheFirstBytesAreThoseOfAPictureToo() {
        byte[] bitmap = new String(join("BM".getBytes(UTF_8), noise(2_000)), UTF_8).getBytes(UTF_8);
        Rejected rejected = new Rejected(ErrorCode.CORRUPT, "The header is odd");

        Rejected explained = ForeignValue.explain(rejected, bitmap);
        assertThat(explained.code()).isEqualTo(ErrorCode.CORRUPT);
        assertThat(explained.message()).startsWith("The header is odd. ").contains("EF BF BD");
        assertThat(ForeignValue.explain(rejected, JPEG)).isEqualTo(rejected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"hello world", "Qk0=", "8BPS with more behind it, of sixty and four bytes or even more",
        "ffd8", "", "<html><body>Login</body></html>", "{\"a\": ",
        "{\"url\": \"s3://bucket/picture.jpg\"}", "HTTP/1.1 200 OK"})
    void whatIsNotKnownIsLeftToTheDecodersOwnWords(String text) {
        assertThat(ForeignValue.describe(text.getBytes(UTF_8))).isEmpty();
    }

    @Test
    void videosAndIconsAreNoFramesOfASchemaRegistry() {
        for (byte[] start : List.of(
                join(bytes(0, 0, 0, 0x20), "ftypheic".getBytes(UTF_8)),
                join(bytes(0, 0, 0, 0x0c), "jP  ".getBytes(UTF_8)),
                bytes(0, 0, 1, 0, 1, 0, 16, 16),
                bytes(0, 0, 0, 1, 0x67, 0x64, 0), bytes(0, 0, 1, 0xb3, 0x14), bytes(0, 0, 2, 0, 0, 0, 0, 0))) {
            assertThat(ForeignValue.describe(join(start, new byte[60]))).isEmpty();
        }
    }

    @Test
    void noiseIsNothingAndEndsWithoutAnException() {
        for (int seed = 0; seed < 2_000; seed++) {
            byte[] noise = new byte[new Random(seed).nextInt(64)];
            new Random(seed).nextBytes(noise);
            assertThat(ForeignValue.describe(noise)).as("seed " + seed).satisfiesAnyOf(
                    description -> assertThat(description).isEmpty(),
                    description -> assertThat(description.orElseThrow()).startsWith("The value "));
        }
    }

    private static void assertDescribed(byte[] value, String description) {
        assertThat(ForeignValue.describe(value)).hasValueSatisfying(text -> assertThat(text).contains(description));
    }

    private static byte[] picture(String name) {
        try {
            return Files.readAllBytes(Path.of("conf/models/triage/images", name));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] noise(int count) {
        byte[] noise = new byte[count];
        new Random(count).nextBytes(noise);
        return noise;
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
