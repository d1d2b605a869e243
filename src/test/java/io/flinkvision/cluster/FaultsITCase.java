package io.flinkvision.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.job.pipeline.JobOptions.Guarantee;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A few of the faults of {@link FaultsCheck}, with heartbeats that notice a dead process soon. */
@ExtendWith(ProcessLogs.class)
class FaultsITCase {

    private static final int RECORDS = 400;

    private static final Map<String, String> SOON_NOTICED =
            Map.of("heartbeat.interval", "1 s", "heartbeat.timeout", "20 s");

    @TempDir
    private Path folder;

    @ParameterizedTest(name = "{0}, {1}")
    @CsvSource({
        "TASK_MANAGER_KILLED_IN_CHECKPOINT, EXACTLY_ONCE",
        "OUTPUT_REFUSES, AT_LEAST_ONCE"
    })
    void loseNothingAndDoubleNothingThatWasPromisedOnce(Fault fault, Guarantee guarantee) throws IOException {
        FaultReport report = new FaultTrial(folder, RECORDS, SOON_NOTICED).run(fault, guarantee);

        System.err.println(report.row());
        assertThat(report.isKept()).as("%s", report).isTrue();
    }
}
