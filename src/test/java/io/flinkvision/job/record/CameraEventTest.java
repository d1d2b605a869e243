package io.flinkvision.job.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.flinkvision.job.event.BestFrame;
import io.flinkvision.job.event.Event;
import io.flinkvision.job.event.Trouble;
import io.flinkvision.job.operator.SampleRecords;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class CameraEventTest {

    private static final CameraEvent STARTED = new CameraEvent(Optional.of("gate".getBytes(UTF_8)), new Event.Started(
            "food", Instant.parse("2026-01-01T12:00:05.250Z"), new BestFrame("images-0-7", 0.1f)));

    private static final String JSON = "{\"type\":\"started\",\"key\":\"gate\",\"at\":\"2026-01-01T12:00:05.250Z\","
            + "\"label\":\"food\",\"best\":{\"frame\":\"images-0-7\",\"score\":0.1}}";

    static Stream<CameraEvent> events() {
        return Stream.concat(SampleRecords.events(),
                Stream.of(STARTED, new CameraEvent(Optional.of(new byte[] {-1, 0, 1}), STARTED.event())));
    }

    @ParameterizedTest
    @MethodSource("events")
    void isWrittenByTheSchemaAndReadBack(CameraEvent event) throws Exception {
        byte[] json = event.toJson();

        assertThat(JsonSchemas.violations("event", json)).isEmpty();
        assertThat(CameraEvent.read(json)).usingRecursiveComparison().isEqualTo(event);
    }

    @Test
    void isWrittenInFullAndInOrder() {
        assertThat(STARTED.toJson()).asString(UTF_8).isEqualTo(JSON);
    }

    @Test
    void aTypeThatOnlyANewerJobKnowsIsReadByItsName() throws Exception {
        String json = JSON.replace("started", "blocked");

        assertThat(CameraEvent.read(json.getBytes(UTF_8)).event())
                .isEqualTo(new Event.Unknown("blocked", STARTED.event().at()));
    }

    @Test
    void aTroubleThatOnlyANewerJobKnowsIsReadByItsType() throws Exception {
        CameraEvent dark = new CameraEvent(STARTED.key(),
                new Event.TroubleStarted(Trouble.DARK, STARTED.event().at(), "images-0-7"));
        assertThat(dark.toJson()).asString(UTF_8).isEqualTo("{\"type\":\"trouble-started\",\"key\":\"gate\","
                + "\"at\":\"2026-01-01T12:00:05.250Z\",\"trouble\":\"dark\",\"frame\":\"images-0-7\"}");

        String json = new String(dark.toJson(), UTF_8).replace("dark", "upside-down");
        assertThat(CameraEvent.read(json.getBytes(UTF_8)).event())
                .isEqualTo(new Event.Unknown("trouble-started", STARTED.event().at()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            \\{.*       | []         | no JSON object
            "at":       | "when":    | the field at is missing
            0\\.1       | 7          | The score of frame images-0-7 is not from 0 to 1
            0\\.1       | "high"     | the field score is no number
            "best":.*}} | "best":7}  | the field best is no object
            "key"       | "keyBase64" : "?", "id" | the field keyBase64 is no Base64
            2026-       | 1999-      | the field at is not between 2000-01-01T00:00:00Z
            """)
    void saysWhatIsWrongWithAnotherValue(String pattern, String replacement, String reason) {
        String json = JSON.replaceFirst(pattern, replacement);

        assertThatExceptionOfType(MalformedRecordException.class)
                .isThrownBy(() -> CameraEvent.read(json.getBytes(UTF_8)))
                .withMessageContaining(reason);
    }
}
