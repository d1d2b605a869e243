package io.flinkvision.job.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.flinkvision.job.event.Present.Trouble;
import io.flinkvision.job.event.Present;
import io.flinkvision.job.operator.JsonSerializationSchema;
import io.flinkvision.job.operator.SampleRecords;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class StateRecordTest {

    private static final String JSON = "{\"key\":\"camera-1\",\"at\":\"2023-11-14T22:13:22.123Z\",\"online\":true,"
            + "\"since\":\"2023-11-14T22:13:20.123Z\",\"label\":\"food\",\"score\":0.833333,"
            + "\"best\":{\"frame\":\"images-0-7\",\"score\":0.75},\"unknown\":true,"
            + "\"head\":{\"name\":\"gate\",\"digest\":\"" + "1".repeat(64) + "\"},"
            + "\"troubles\":[{\"trouble\":\"dark\",\"since\":\"2023-11-14T22:13:21.123Z\"}]}";

    static Stream<StateRecord> states() {
        return Stream.concat(SampleRecords.states().filter(record -> record.state().isPresent()),
                Stream.of(new StateRecord(Optional.of(new byte[] {-1, 0, 1}), SampleRecords.state().state())));
    }

    @ParameterizedTest
    @MethodSource("states")
    void isWrittenByTheSchemaAndReadBack(StateRecord record) throws Exception {
        byte[] json = record.toJson();

        assertThat(JsonSchemas.violations("state", json)).isEmpty();
        assertThat(StateRecord.read(record.key(), Optional.of(json))).usingRecursiveComparison().isEqualTo(record);
    }

    @Test
    void isWrittenInFullAndInOrder() {
        assertThat(SampleRecords.state().toJson()).asString(UTF_8).isEqualTo(JSON);
    }

    @Test
    void aForgottenCameraHasARecordWithoutAValueAndEveryRecordHasAKeySinceACompactedTopicNeedsOne() throws Exception {
        StateRecord forgotten = new StateRecord(Optional.empty(), Optional.empty());
        ProducerRecord<byte[], byte[]> sent =
                new JsonSerializationSchema<StateRecord>("states").serialize(forgotten, null, null);

        assertThat(sent.key()).isEmpty();
        assertThat(sent.value()).isNull();
        assertThat(sent.headers()).isEmpty();
        assertThat(StateRecord.read(Optional.of(sent.key()), Optional.empty()))
                .usingRecursiveComparison().isEqualTo(forgotten);
    }

    @Test
    void whatOnlyANewerJobKnowsIsReadByItsNameOrLeftOut() throws Exception {
        String json = JSON.replace("dark", "tilted").replace("\"online\"", "\"mood\":{\"a\":[1]},\"online\"");

        Present present = StateRecord.read(Optional.empty(), Optional.of(json.getBytes(UTF_8))).state().orElseThrow();

        assertThat(present.troubles()).containsExactly(
                new Trouble("tilted", Instant.parse("2023-11-14T22:13:21.123Z")));
        assertThat(present.shown().orElseThrow().label()).isEqualTo("food");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            \\{.*          | []          | no JSON object
            "at":          | "when":     | the field at is missing
            "online":true  | "online":1  | the field online is no boolean
            "online":true  | "online":false | A camera that is offline shows nothing, not food
            0\\.833333     | 7           | The score of food is not from 0 to 1: 7.0
            "best":        | "worst":    | the field best is missing
            "since":"2023  | "since":"1999 | the field since is not between 2000-01-01T00:00:00Z
            "trouble":"    | "name":"    | the field trouble is missing
            """)
    void saysWhatIsWrongWithAnotherValue(String pattern, String replacement, String reason) {
        String json = JSON.replaceFirst(pattern, replacement);

        assertThatExceptionOfType(MalformedRecordException.class)
                .isThrownBy(() -> StateRecord.read(Optional.empty(), Optional.of(json.getBytes(UTF_8))))
                .withMessageContaining(reason);
    }

    @Test
    void aCameraThatIsOfflineShowsNothing() {
        Instant time = Instant.ofEpochMilli(1_700_000_000_123L);

        assertThatIllegalArgumentException().isThrownBy(() -> new Present(
                        time, false, time, Optional.empty(), true, Optional.empty(), List.of()))
                .withMessage("A camera that is offline shows nothing, not something unknown");
    }
}
