package io.flinkvision.tools.wall;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.core.image.Reduction;
import io.flinkvision.job.pipeline.JobDefinition;
import io.flinkvision.job.pipeline.JobHarness;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JobModelTest {

    @Test
    void picturesAreDecodedAtTheScaleOfTheJob() {
        assertThat(reduction("decode.reduced=auto")).isEqualTo(Reduction.AUTO);
        assertThat(reduction("decode.reduced=false")).isEqualTo(Reduction.NONE);
    }

    private static Reduction reduction(String override) {
        JobDefinition job = JobDefinition.read(JobHarness.JOB_FILE, Map.of(), List.of(override));
        try (JobModel model = new JobModel(job, problem -> assertThat(problem).isEmpty(), InstantSource.system())) {
            return model.get().reduction();
        }
    }
}
