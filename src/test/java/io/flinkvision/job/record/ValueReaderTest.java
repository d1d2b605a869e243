package io.flinkvision.job.record;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.flinkvision.core.image.ErrorCode;
import io.flinkvision.job.record.ValueReader.PictureBytes;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValueReaderTest {

    private static final int MAX_BYTES = 1_000;
    private static final ValueReader BASE64 = new ValueReader(new ValueEncoding.Base64(), MAX_BYTES);
    private static final byte[] PICTURE = bytes(200);

    static Stream<String> spellings() {
        String standard = Base64.getEncoder().encodeToString(PICTURE);
        return Stream.of(
                standard,
                Base64.getUrlEncoder().encodeToString(PICTURE),
                Base64.getUrlEncoder().withoutPadding().encodeToString(PICTURE),
                Base64.getEncoder().withoutPadding().encodeToString(PICTURE),
                Base64.getMimeEncoder().encodeToString(PICTURE),
                Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(PICTURE) + "\n",
                " " + standard + "\r\n",
                "data:image/jpeg;base64," + standard,
                "DATA:image/png;name=a.png;BASE64," + standard,
                "data:;base64," + Base64.getUrlEncoder().encodeToString(PICTURE));
    }

    @ParameterizedTest
    @MethodSource("spellings")
    void everySpellingOfBase64IsRead(String text) {
        assertThat(found(BASE64, text)).isEqualTo(PICTURE);
    }

    @Test
    void everyLengthIsReadWithAndWithoutPadding() {
        IntStream.range(1, 70).forEach(length -> {
            byte[] picture = bytes(length);
            assertThat(found(BASE64, Base64.getEncoder().encodeToString(picture))).isEqualTo(picture);
            assertThat(found(BASE64, Base64.getUrlEncoder().withoutPadding().encodeToString(picture)))
                    .isEqualTo(picture);
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "AAAA*AAA | CORRUPT | byte 4 is 0x2a",
        "AAAAA | CORRUPT | ends within a group of four",
        "AAA= = A | CORRUPT | goes on after the padding, at byte 7",
        "AA= | CORRUPT | ends within a group of four",
        "AAAA==== | CORRUPT | ends within a group of four",
        "data:image/svg+xml,%3Csvg%3E | CORRUPT | a data URL, but not of base64",
        "{\"image\": 1} | UNKNOWN_FORMAT | byte 0 is 0x7b",
        "data:image/png;base64, | EMPTY | is an empty text",
        "==== | UNKNOWN_FORMAT | ends within a group of four"})
    void damagedTextIsRefusedWithItsPlace(String text, ErrorCode code, String message) {
        assertRefused(BASE64, text, code, message);
    }

    @Test
    void thePictureAsItIsIsNamed() {
        byte[] jpeg = {-1, -40, -1, -32, 0, 16, 'J', 'F', 'I', 'F'};

        assertThat(BASE64.read(jpeg)).isInstanceOfSatisfying(PictureBytes.Refused.class, refused -> {
            assertThat(refused.reason().code()).isEqualTo(ErrorCode.UNKNOWN_FORMAT);
            assertThat(refused.reason().message()).contains("no base64").contains("The value is a JPEG as it is: set"
                    + " source.value to bytes");
        });
    }

    @Test
    void theLimitIsThatOfThePictureAndNotOfItsText() {
        assertThat(found(BASE64, Base64.getMimeEncoder().encodeToString(bytes(MAX_BYTES)))).hasSize(MAX_BYTES);
        assertRefused(BASE64, Base64.getEncoder().encodeToString(bytes(MAX_BYTES + 1)), ErrorCode.TOO_LARGE,
                "has 1001 bytes, more than the limit of 1000");
        assertRefused(json("/a"), "{\"a\": \"" + Base64.getEncoder().encodeToString(bytes(MAX_BYTES + 1)) + "\"}",
                ErrorCode.TOO_LARGE, "limit of 1000");
        assertRefused(json("/a"), "{\"a\": \"" + "A".repeat(1 << 20) + "\"}", ErrorCode.TOO_LARGE,
                "pictures of up to 1000 bytes");
    }

    @Test
    void otherTextsOfTheJsonMayBeLonger() {
        String json = "{\"long\": \"" + "x".repeat(1 << 20) + "\", \"deep\": [[{\"a\": 1}]], \"a\": \"AAAA\"}";

        assertThat(found(json("/a"), json)).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/image/data", "/frames/1/data", "/a~1b/~0", "/image/url"})
    void aPointerFindsTheText(String pointer) {
        String text = Base64.getEncoder().encodeToString(PICTURE);
        String json = ("{\"image\": {\"skip\": {\"data\": 1}, \"data\": \"TEXT\", \"url\": \"data:image/png;base64,TEXT\"},"
                + " \"frames\": [{\"data\": 0}, {\"data\": \"TEXT\"}], \"a/b\": {\"~\": \"TEXT\"}}").replace("TEXT", text);

        assertThat(found(json(pointer), json)).isEqualTo(PICTURE);
    }

    @Test
    void theWholeJsonMayBeTheText() {
        String text = Base64.getEncoder().encodeToString(PICTURE).replace("/", "\\/");

        assertThat(found(json(""), "\"" + text + "\"")).isEqualTo(PICTURE);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{\"b\": 1} | UNKNOWN_FORMAT | has nothing at /a",
        "[1, 2] | UNKNOWN_FORMAT | has nothing at /a",
        "7 | UNKNOWN_FORMAT | has nothing at /a",
        "{\"a\": 7} | UNKNOWN_FORMAT | is no text but value_number_int",
        "{\"a\": {}} | UNKNOWN_FORMAT | is no text but start_object",
        "{\"a\": null} | EMPTY | is null",
        "{\"a\": \"\"} | EMPTY | is an empty text",
        "{\"a\": \"AAAA(\"} | CORRUPT | The text at /a of the value's JSON is no base64",
        "{\"a\": \"äAAA\"} | UNKNOWN_FORMAT | is no base64",
        "{\"a\": \"AAAA | UNKNOWN_FORMAT | no JSON",
        "hello | UNKNOWN_FORMAT | no JSON"})
    void jsonWithoutAPictureAtThePointerIsRefused(String json, ErrorCode code, String message) {
        assertRefused(json("/a"), json, code, message);
    }

    @Test
    void nestingWithoutEndIsRefused() {
        assertRefused(json("/a"), "{\"b\": " + "[".repeat(100_000), ErrorCode.TOO_LARGE, "nest");
    }

    @Test
    void aWrongPointerIsAnsweredWithTheRightOne() {
        byte[] jpeg = new byte[100];
        System.arraycopy(new byte[] {-1, -40, -1, -32}, 0, jpeg, 0, 4);

        assertRefused(json("/a"), "{\"image\": {\"data\": \"" + Base64.getEncoder().encodeToString(jpeg) + "\"}}",
                ErrorCode.UNKNOWN_FORMAT, "set source.value to 'json:/image/data'");
    }

    @Test
    void bytesAreHandedOnAsTheyAre() {
        byte[] value = {1, 2, 3};

        assertThat(new ValueReader(new ValueEncoding.Bytes(), 1).read(value))
                .isInstanceOfSatisfying(PictureBytes.Found.class, found -> assertThat(found.bytes()).isSameAs(value));
    }

    @Test
    void whoOnlyShowsPicturesNeedNotKnowTheForm() {
        byte[] jpeg = new byte[100];
        System.arraycopy(new byte[] {-1, -40, -1, -32}, 0, jpeg, 0, 4);
        String text = Base64.getEncoder().encodeToString(jpeg);

        assertThat(ValueReader.anyPicture(text.getBytes(US_ASCII))).isEqualTo(jpeg);
        assertThat(ValueReader.anyPicture(("data:image/jpeg;base64," + text).getBytes(US_ASCII))).isEqualTo(jpeg);
        assertThat(ValueReader.anyPicture(("{\"a\": [\"" + text + "\"]}").getBytes(US_ASCII))).isEqualTo(jpeg);
        for (byte[] other : List.of(jpeg, "{}".getBytes(US_ASCII), "hello".getBytes(US_ASCII), new byte[0])) {
            assertThat(ValueReader.anyPicture(other)).isSameAs(other);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes", "base64", "json:/image/data", "json:", "json:/a~1b"})
    void encodingsAreReadAsTheyAreWritten(String text) {
        assertThat(ValueEncoding.of(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"base32", "json", "json:image", "Base64", ""})
    void otherEncodingsAreRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> ValueEncoding.of(text))
                .withMessageContaining("'" + text + "'").withMessageContaining("json:/image/data");
    }

    @Test
    void aValueMayBeAThirdLongerThanItsPicture() {
        byte[] largest = bytes(100_000);

        assertThat(new ValueEncoding.Bytes().maxValueBytes(100_000)).isEqualTo(100_000);
        assertThat(new ValueEncoding.Base64().maxValueBytes(100_000))
                .isGreaterThan(Base64.getMimeEncoder().encode(largest).length)
                .isLessThan(150_000);
    }

    private static ValueReader json(String pointer) {
        return new ValueReader(new ValueEncoding.Json(pointer), MAX_BYTES);
    }

    private static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        new Random(count).nextBytes(bytes);
        return bytes;
    }

    private static byte[] found(ValueReader reader, String text) {
        PictureBytes read = reader.read(text.getBytes(US_ASCII));
        assertThat(read).isInstanceOf(PictureBytes.Found.class);
        return ((PictureBytes.Found) read).bytes();
    }

    private static void assertRefused(ValueReader reader, String text, ErrorCode code, String message) {
        assertThat(reader.read(text.getBytes(UTF_8))).isInstanceOfSatisfying(PictureBytes.Refused.class, refused -> {
            assertThat(refused.reason().code()).as(refused.reason().message()).isEqualTo(code);
            assertThat(refused.reason().message()).contains(message);
        });
    }
}
