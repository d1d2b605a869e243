package io.flinkvision.tools.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.core.inference.Label;
import io.flinkvision.job.record.Classification;
import io.flinkvision.job.record.RecordCoordinates;
import io.flinkvision.tools.watch.OutputRecord.Classified;
import io.flinkvision.tools.watch.OutputRecord.Malformed;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OutputRecordTest {

    @Test
    void readsEveryFieldOfTheJobsRecord() {
        Classification record = classified(SampleOutput.json(41));

        assertThat(record.id()).isEqualTo("images-0-41");
        assertThat(record.source()).isEqualTo(new RecordCoordinates("images", 0, 41));
        assertThat(record.keyText()).contains("gate");
        assertThat(record.captureTime()).contains(Instant.parse("2026-01-01T12:00:00.123Z"));
        assertThat(List.of(record.width(), record.height())).containsExactly(768, 1344);
        assertThat(record.format()).isEqualTo("jpeg");
        assertThat(record.modelName()).isEqualTo("triage");
        assertThat(record.modelDigest()).hasSize(64);
        assertThat(record.labels()).containsExactly(new Label("food", 0, 0.75f), new Label("other", 2, 0.2f));
        assertThat(record.topLabel().orElseThrow().label()).isEqualTo("food");
        assertThat(record.decodeMillis()).isEqualTo(11.2);
        assertThat(record.inferenceMillis()).isEqualTo(1.9);
        assertThat(record.classifiedAt()).isEqualTo("2026-01-01T12:00:00.301Z");
    }

    @Test
    void readsWhatIsOptionalAndLeavesAloneWhatItDoesNotKnow() {
        Classification record = classified(SampleOutput.json(1)
                .replace("\"key\":\"gate\"", "\"keyBase64\":\"/w==\"")
                .replace("\"captureTime\":\"2026-01-01T12:00:00.123Z\",", "\"later\":[1],"));

        assertThat(record.keyText()).contains("/w==");
        assertThat(record.captureTime()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"+33658-09-27T01:46:39.999Z", "+1000000000-12-31T23:59:59.999999999Z",
        "-1000000000-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "1999-12-31T23:59:59.999Z", "2100-01-01T00:00:00Z"})
    void believesNoTimeThatCannotBe(String time) {
        String record = SampleOutput.json(1);

        assertThat(classified(record.replaceFirst("(captureTime\":\")[^\"]*", "$1" + time)).captureTime()).isEmpty();
        assertThat(reason(record.replaceFirst("(classifiedAt\":\")[^\"]*", "$1" + time)))
                .startsWith("the field classifiedAt is not between 2000-01-01T00:00:00Z and 2100-01-01T00:00:00Z: ");
    }

    private static String reason(String json) {
        return ((Malformed) OutputRecord.of(SampleOutput.record("gate", json))).reason();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            \\{.*                    | no json            | the value is no JSON
            \\{.*                    | [1]                | the value is no JSON object
            $                        | }                  | the value is no JSON
            "classifiedAt            | "when              | the field classifiedAt is missing
            "partition":0            | "partition":-1     | partition -1
            "offset":[0-9]+          | "offset":1.5       | the field offset is no whole number
            "score":0.75             | "score":2          | score of label food
            "score":0.75             | "score":"high"     | the field score is no number
            "labels":.*?]            | "labels":{}        | labels is no list
            "source":\\{.*?}         | "source":"images"  | the field source is no object
            2026-01-01T12:00:00.301Z | yesterday          | the field classifiedAt is no time
            """)
    void saysWhatIsWrongWithARecordThatSomebodyElseWrote(String pattern, String replacement, String reason) {
        OutputRecord record = OutputRecord.of(
                SampleOutput.record("gate", SampleOutput.json(1).replaceFirst(pattern, replacement)));

        assertThat(record).isInstanceOfSatisfying(Malformed.class,
                malformed -> assertThat(malformed.reason()).contains(reason));
    }

    @Test
    void saysWhatIsWrongWithValuesThatAreNoTextAtAll() {
        assertThat(OutputRecord.of(SampleOutput.record("gate", (byte[]) null))).isInstanceOf(Malformed.class);
        assertThat(OutputRecord.of(SampleOutput.record("gate", new byte[0]))).isInstanceOf(Malformed.class);
        assertThat(OutputRecord.of(SampleOutput.record("gate", new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}'})))
                .isInstanceOf(Malformed.class);
        assertThat(OutputRecord.of(SampleOutput.record("gate", "[".repeat(100_000)))).isInstanceOf(Malformed.class);
        assertThat(OutputRecord.of(SampleOutput.record("gate",
                SampleOutput.json(1).replace("images-0-1", "x".repeat(300))))).isInstanceOf(Malformed.class);
    }

    private static Classification classified(String json) {
        return ((Classified) OutputRecord.of(SampleOutput.record("gate", json))).classification();
    }
}
