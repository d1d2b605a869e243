package io.flinkvision.job.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkvision.core.camera.CameraDeclaration;
import io.flinkvision.core.camera.CameraException;
import java.io.IOException;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CameraRecordTest {

    private static final CameraDeclaration DOOR = new CameraDeclaration("door", new TreeMap<>(Map.of(
            "source", "rtsp://viewer:${CAMERA_PASSWORD}@camera/1", "fps", "2.5", "every", "${CAMERA_EVERY:2}",
            "max-side", "640", "realtime", "true")));

    @Test
    void aCameraIsReadAsItWasWritten() throws IOException {
        byte[] json = CameraRecord.toJson(DOOR);

        assertThat(CameraRecord.read("door", json)).isEqualTo(DOOR);
        assertThat(new String(json, UTF_8)).contains("\"fps\":2.5", "\"max-side\":640", "\"realtime\":true");
        assertThat(JsonSchemas.violations("camera", json)).isEmpty();
    }

    @Test
    void theSchemaAndTheReaderKnowTheSameKeys() throws IOException {
        for (String key : CameraDeclaration.keys()) {
            String value = key.equals("source") ? "test:door" : "${CAMERA_X}";
            TreeMap<String, String> options = new TreeMap<>(Map.of("source", "test:door"));
            options.put(key, value);
            CameraDeclaration camera = new CameraDeclaration("door", options);
            byte[] json = CameraRecord.toJson(camera);

            assertThat(CameraRecord.read("door", json)).isEqualTo(camera);
            assertThat(JsonSchemas.violations("camera", json)).as(key).isEmpty();
        }
        byte[] unknown = "{\"source\": \"test:x\", \"fsp\": 2}".getBytes(UTF_8);
        assertThat(JsonSchemas.violations("camera", unknown)).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{\"source\": \"test:x\", \"fps\": 2}            | 2",
        "{\"source\": \"test:x\", \"fps\": 2.50}         | 2.5",
        "{\"source\": \"test:x\", \"fps\": 20.0}         | 20",
        "{\"source\": \"test:x\", \"fps\": 25e-1}        | 2.5",
        "{\"source\": \"test:x\", \"fps\": \"2\"}        | 2",
        "{\"source\": \"test:x\", \"fps\": \"${CAMERA_FPS}\"} | ${CAMERA_FPS}",
    })
    void aNumberMayBeWrittenInSeveralWays(String json, String text) {
        assertThat(CameraRecord.read("x", json.getBytes(UTF_8)).options()).containsEntry("fps", text);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "s3cret                                               | no JSON",
        "{\"source\": s3cret}                                 | no JSON",
        "{\"source\": \"test:x\"} s3cret                      | no JSON",
        "[\"test:x\"]                                         | no JSON object",
        "\"test:x\"                                           | no JSON object",
        "null                                                 | no JSON object",
        "{}                                                   | source is missing",
        "{\"source\": null}                                   | source must be a text, a number or a boolean",
        "{\"source\": [\"test:x\"]}                           | source must be a text, a number or a boolean",
        "{\"source\": {\"source\": {\"source\": 1}}}          | source.source must be a text, a number or a boolean",
        "{\"source\": \"test:x\", \"source\": \"test:y\"}     | has a key twice",
        "{\"source\": \"rtsp://viewer:s3cret@camera/1\"}      | source has a password in it",
        "{\"source\": \"http://camera/?pwd=s3cret\"}          | source has a password in it",
        "{\"source\": \"/etc\"}                               | source must be an address",
        "{\"source\": \"http://c/${SECRET}\"}                 | source refers to the variable SECRET",
        "{\"source\": \"http://c/${file:/etc/passwd}\"}       | must not refer to files",
        "{\"source\": \"test:x\", \"fps\": NaN}               | no JSON",
        "{\"source\": \"test:x\", \"fps\": \"NaN\"}           | fps must be a number",
        "{\"source\": \"test:x\", \"fps\": 1e400}             | fps must be a number",
        "{\"source\": \"test:x\", \"fps\": 1e999999999}       | fps must be a number",
        "{\"source\": \"test:x\", \"fps\": true}              | fps must be a number",
        "{\"source\": \"test:x\", \"every\": 1.5}             | every must be a whole number",
        "{\"source\": \"test:x\", \"every\": 99999999999999999999} | every must be a whole number",
        "{\"source\": \"test:x\", \"loop\": 1}                | loop must be true or false",
        "{\"source\": \"test:x\", \"max-sid\": 640}           | max-sid is unknown; did you mean max-side?",
    })
    void aValueThatIsNoCameraIsRefusedAndNotShown(String json, String reason) {
        assertThatThrownBy(() -> CameraRecord.read("x", json.getBytes(UTF_8)))
                .isInstanceOf(CameraException.class).hasMessageContaining(reason).hasMessageNotContaining("s3cret");
    }

    @Test
    void aValueIsOfALimitedSizeAndUtf8() {
        assertThatThrownBy(() -> CameraRecord.read("x", new byte[CameraRecord.MAX_VALUE_BYTES + 1]))
                .isInstanceOf(CameraException.class).hasMessageContaining("16385 bytes");
        assertThatThrownBy(() -> CameraRecord.read("x", new byte[] {'"', (byte) 0xff, '"'}))
                .isInstanceOf(CameraException.class).hasMessageContaining("no UTF-8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "a\u0000b"})
    void aKeyIsAnId(String key) {
        assertThatThrownBy(() -> CameraRecord.id(key.getBytes(UTF_8))).isInstanceOf(CameraException.class);
        assertThatThrownBy(() -> CameraRecord.id("x".repeat(2000).getBytes(UTF_8))).isInstanceOf(CameraException.class)
                .hasMessageContaining("2000 bytes");
        assertThatThrownBy(() -> CameraRecord.id(new byte[] {(byte) 0xff})).isInstanceOf(CameraException.class);
        assertThat(CameraRecord.id("die Tür".getBytes(UTF_8))).isEqualTo("die Tür");
    }

    @Test
    void noMutatedRecordIsAnythingButACameraOrRefused() {
        Random random = new Random(7);
        byte[] sound = CameraRecord.toJson(DOOR);
        int read = 0;
        for (int i = 0; i < 10_000; i++) {
            byte[] value = sound.clone();
            for (int change = random.nextInt(4); change >= 0; change--) {
                value[random.nextInt(value.length)] = (byte) (random.nextBoolean() ? random.nextInt(256)
                        : sound[random.nextInt(sound.length)]);
            }
            try {
                assertThat(CameraRecord.read("door", value).options()).containsKey("source");
                read++;
            } catch (CameraException e) {
                assertThat(e.getMessage()).isNotBlank();
            }
        }
        assertThat(read).isPositive();
    }
}
