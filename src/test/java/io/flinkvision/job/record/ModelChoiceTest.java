package io.flinkvision.job.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.flinkvision.core.weights.ModelException;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelChoiceTest {

    private static final String DIGEST = "0123456789abcdef".repeat(4);
    private static final ModelChoice CHOICE = new ModelChoice("s3://models/a%20model/", DIGEST);

    @Test
    void whatIsWrittenFollowsTheJsonSchemaAndIsReadBack() throws IOException {
        byte[] json = CHOICE.toJson();

        assertThat(JsonSchemas.violations("model-choice", json)).isEmpty();
        assertThat(ModelChoice.read(json)).isEqualTo(CHOICE);
    }

    @Test
    void leavesFieldsAloneThatItDoesNotKnow() {
        assertThat(read("{\"note\": [1], \"digest\": \"" + DIGEST + "\", \"bundle\": \"s3://models/a%20model/\"}"))
                .isEqualTo(CHOICE);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
        "{'bundle': 's3://m/a'  | no JSON",
        "{} {}                  | no JSON",
        "['s3://m/a']           | must be a JSON object with bundle and digest",
        "{'bundle': 's3://m/a'} | but the field digest is missing",
        "{'bundle': 1}          | but the field bundle is no text"
    })
    void refusesWhatIsNoChoice(String json, String message) {
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> read(json.replace('\'', '"')))
                .withMessageContaining(message);
    }

    @Test
    void refusesAValueOfNoBytes() {
        assertThatExceptionOfType(ModelException.class).isThrownBy(() -> read(""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"triage", "/models/triage", "C:\\models", "C:/models", "models:triage", "s3://a model"})
    void refusesABundleThatIsNoAbsoluteUri(String bundle) {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new ModelChoice(bundle, DIGEST))
                .withMessageContaining("absolute URI").withMessageContaining(bundle);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0123", "0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF"})
    void refusesADigestThatIsNoSha256(String digest) {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new ModelChoice("s3://models/a", digest))
                .withMessageContaining("SHA-256").withMessageContaining("'" + digest + "'");
    }

    private static ModelChoice read(String json) {
        return ModelChoice.read(json.getBytes(UTF_8));
    }
}
