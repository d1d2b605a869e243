package io.flinkvision.job.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.flinkvision.job.operator.SampleRecords;
import org.junit.jupiter.api.Test;

class ClassificationViewTest {

    private static final Classification MEASURED = SampleRecords.measuredClassification();

    @Test
    void whatWasMeasuredIsInTheRecordAndReadFromThere() throws Exception {
        String json = new String(MEASURED.toJson(), UTF_8);

        assertThat(json).endsWith(",\"view\":{\"brightness\":117.25,\"contrast\":48.5,\"detail\":6.1234,\"colour\":20.0,"
                + "\"fingerprint\":\"0123456789abcdeffedcba9876543210\",\"digest\":\"fffffffffffffffe\"}}");
        assertThat(Classification.read(json.getBytes(UTF_8)).view()).isEqualTo(MEASURED.view());
        assertThat(JsonSchemas.violations("classification", MEASURED.toJson())).isEmpty();
    }

    @Test
    void aRecordOfWhichNothingWasMeasuredIsAsBefore() throws Exception {
        byte[] json = SampleRecords.classification().toJson();

        assertThat(new String(json, UTF_8)).doesNotContain("view");
        assertThat(Classification.read(json).view()).isEmpty();
        assertThat(new String(MEASURED.toJson(), UTF_8))
                .startsWith(new String(json, 0, json.length - 1, UTF_8) + ",\"view\"");
    }

    @Test
    void measurementsThatNoPictureHasAreMalformed() {
        assertMalformed("117.25", "256", "brightness must be from 0 to 255.0, not 256");
        assertMalformed("fffffffffffffffe", "fe", "digest 16");
        assertMalformed("\"detail\"", "\"details\"", "the field detail is missing");
    }

    private static void assertMalformed(String sound, String wrong, String message) {
        byte[] json = new String(MEASURED.toJson(), UTF_8).replace(sound, wrong).getBytes(UTF_8);
        assertThatExceptionOfType(MalformedRecordException.class).isThrownBy(() -> Classification.read(json))
                .withMessageContaining(message);
    }
}
