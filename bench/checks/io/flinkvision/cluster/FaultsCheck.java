package io.flinkvision.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.flinkvision.job.pipeline.JobOptions.Guarantee;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs all faults with both guarantees and the default configuration, in half an hour, and writes a table of the results
 * to {@code target/faults.md}: {@code bench/run faults}, with {@code -Dfaults=network_cut,more_partitions} for some.
 */
@ExtendWith(ProcessLogs.class)
class FaultsCheck {

    private static final Path TABLE = Path.of("target", "faults.md");
    private static final int RECORDS = 2_000;

    @TempDir
    private Path folder;

    @BeforeAll
    static void beginTable() throws IOException {
        Files.writeString(TABLE, FaultReport.HEAD + "\n");
    }

    static Stream<Arguments> faultsAndGuarantees() {
        Set<String> chosen = Set.of(System.getProperty("faults", "all").split(","));
        return Arrays.stream(Fault.values())
                .filter(fault -> chosen.contains("all") || chosen.contains(fault.name().toLowerCase(Locale.ROOT)))
                .flatMap(fault -> Arrays.stream(Guarantee.values())
                        .filter(fault::concerns)
                        .map(guarantee -> Arguments.of(fault, guarantee)));
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("faultsAndGuarantees")
    void losesNothingAndDoublesNothingThatWasPromisedOnce(Fault fault, Guarantee guarantee) throws IOException {
        assumeTrue(fault != Fault.CHECKPOINT_DISK_FULL || FaultScene.canMount());

        FaultReport report = new FaultTrial(folder, RECORDS, Map.of()).run(fault, guarantee);

        System.err.println(report.row());
        Files.writeString(TABLE, report.row() + "\n", StandardOpenOption.APPEND);
        assertThat(report.isKept()).as("%s", report).isTrue();
    }
}
