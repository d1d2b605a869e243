package io.flinkvision.job.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.flinkvision.core.weights.ModelException;
import io.flinkvision.job.record.ModelCandidate.Mode;
import io.flinkvision.job.record.ModelChange.EndOfTrial;
import io.flinkvision.job.record.ModelChange.Replacement;
import io.flinkvision.job.record.ModelChange.Trial;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ControlRecordTest {

    private static final ModelChoice CHOICE = new ModelChoice("s3://models/new", "0123456789abcdef".repeat(4));
    private static final Replacement REPLACEMENT = new Replacement(Optional.of(CHOICE));

    static List<ControlRecord> withValues() {
        return List.of(
                new ControlRecord(REPLACEMENT),
                new ControlRecord(REPLACEMENT, Optional.of(Replacement.BY_THE_SUBMITTED)),
                new ControlRecord(REPLACEMENT, Optional.of(new Replacement(
                        Optional.of(new ModelChoice("s3://models/old", "f".repeat(64)))))),
                new ControlRecord(new Trial(new ModelCandidate(CHOICE, Mode.SHADOW, 5))),
                new ControlRecord(new Trial(new ModelCandidate(CHOICE, Mode.CANARY, 0.5))),
                new ControlRecord(new EndOfTrial()));
    }

    @ParameterizedTest
    @MethodSource("withValues")
    void whatIsWrittenFollowsTheJsonSchemaAndIsReadBack(ControlRecord record) throws IOException {
        byte[] json = record.toJson().orElseThrow();

        assertThat(JsonSchemas.violations("model-choice", json)).isEmpty();
        assertThat(ControlRecord.read(key(record), Optional.of(json))).isEqualTo(record);
    }

    @Test
    void aModelForAllPicturesIsWrittenAsEver() {
        assertThat(new ControlRecord(REPLACEMENT).toJson().orElseThrow()).isEqualTo(CHOICE.toJson());
        assertThat(new ControlRecord(REPLACEMENT).key()).isEqualTo(ModelChoice.KEY);
    }

    /** {@link ModelChoice#read} is what such a job reads all values by, whatever their key. */
    @ParameterizedTest
    @MethodSource("withValues")
    void aJobThatKnowsNoCandidatesTakesNoCandidateForAModelOfAllPictures(ControlRecord record) {
        byte[] json = record.toJson().orElseThrow();

        if (record.change() instanceof Replacement) {
            assertThat(ModelChoice.read(json)).isEqualTo(CHOICE);
        } else {
            assertThatExceptionOfType(ModelException.class).isThrownBy(() -> ModelChoice.read(json))
                    .withMessageContaining("the field bundle is missing");
        }
    }

    @Test
    void compactionKeepsBothTheModelAndTheCandidate() {
        assertThat(withValues()).extracting(ControlRecord::key)
                .containsExactly("model", "model", "model", "candidate", "candidate", "candidate");
    }

    @Test
    void aRecordWithoutAValueGoesBackToTheSubmittedModelOrEndsATrial() {
        assertThat(new ControlRecord(Replacement.BY_THE_SUBMITTED).toJson()).isEmpty();
        assertThat(read("model", null)).isEqualTo(Replacement.BY_THE_SUBMITTED);
        assertThat(read(null, null)).isEqualTo(Replacement.BY_THE_SUBMITTED);
        assertThat(read("candidate", null)).isEqualTo(new EndOfTrial());
    }

    @Test
    void leavesFieldsAloneThatItDoesNotKnow() {
        assertThat(read("model", "{'note': 1, 'bundle': 's3://models/new', 'digest': '" + CHOICE.digest() + "'}"))
                .isEqualTo(REPLACEMENT);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
        "{}                                                     | the field bundle is missing",
        "[]                                                     | no JSON object",
        "{'candidate': 7}                                       | the field candidate is no object",
        "{'candidate': {}}                                      | the field bundle is missing",
        "{'candidate': {CHOICE, 'percent': 5}}                  | the field mode is missing",
        "{'candidate': {CHOICE, 'mode': 'ghost', 'percent': 5}} | shadow or canary, not 'ghost'",
        "{'candidate': {CHOICE, 'mode': 'canary'}}              | the field percent is missing",
        "{'candidate': {CHOICE, 'mode': 'shadow', 'percent': 0}}   | above 0 and at most 100, not 0",
        "{'candidate': {CHOICE, 'mode': 'shadow', 'percent': 101}} | above 0 and at most 100, not 101",
        "{CHOICE, 'candidate': null}                            | both bundle and candidate"
    })
    void refusesWhatIsNoChange(String json, String message) throws IOException {
        String value = json.replace("CHOICE", "'bundle': 's3://models/new', 'digest': '" + CHOICE.digest() + "'");

        assertThatExceptionOfType(ModelException.class).isThrownBy(() -> read("candidate", value))
                .withMessageContaining(message);
        assertThat(JsonSchemas.violations("model-choice", value.replace('\'', '"').getBytes(UTF_8))).isNotEmpty();
    }

    private static Optional<byte[]> key(ControlRecord record) {
        return Optional.of(record.key().getBytes(UTF_8));
    }

    private static ModelChange read(String key, String value) {
        return ControlRecord.read(Optional.ofNullable(key).map(text -> text.getBytes(UTF_8)),
                Optional.ofNullable(value).map(text -> text.replace('\'', '"').getBytes(UTF_8))).change();
    }
}
