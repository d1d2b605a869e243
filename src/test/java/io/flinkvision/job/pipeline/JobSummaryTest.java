package io.flinkvision.job.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JobSummaryTest {

    @Test
    void saysWhatTheJobReadsDoesAndWrites() {
        assertThat(summary("parallelism=4", "sink.guarantee=exactly-once", "model.parallelism=2")).startsWith(
                "Job classify: topics [images] of [localhost:9092] (group classify, starting at committed) to topic"
                + " labels of [localhost:9092] (exactly-once), dead letters to topic dead-letters;"
                + " pictures up to 4194304 bytes and 64000000 pixels of [JPEG, PNG, WEBP, BMP];"
                + " model triage (SHA-256 abc) of ")
                .contains(", up to 5 labels; parallelism 4 (source same, decode same, model 2), crash notes in"
                        + " flink-vision-notes-USER of java.io.tmpdir/")
                .contains(" with a deadline of 60000 ms, checkpoints every 10000 ms; submitted on ")
                .contains("Flink 2.2.1", "Java " + Runtime.version())
                .doesNotContain("\n");
    }

    @Test
    void saysWhetherLargePicturesAreReduced() {
        assertThat(summary()).doesNotContain("reduced");
        assertThat(summary("decode.reduced=true")).contains(", large JPEGs decoded at a reduced size");
    }

    @Test
    void saysNoPassword() {
        assertThat(summary("source.properties.ssl.key.password=password1", "sink.properties.ssl.key.password=password2",
                "model.bundle=https://user:password3@models/triage"))
                .doesNotContain("password")
                .contains("https://***@models/triage");
    }

    private static String summary(String... overrides) {
        JobDefinition job = JobDefinition.read(JobHarness.JOB_FILE, Map.of(), List.of(overrides));
        return new JobSummary(job, "triage", "abc").toString();
    }
}
