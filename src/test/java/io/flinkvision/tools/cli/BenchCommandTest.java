package io.flinkvision.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.tools.bench.BenchReport;
import io.flinkvision.tools.bench.SampleReport;
import java.util.List;
import org.junit.jupiter.api.Test;

class BenchCommandTest {

    @Test
    void showsEachRowWithItsSpreadAndEachRatioWithItsTarget() {
        BenchReport report = SampleReport.complete();

        List<String> lines = BenchCommand.lines(report);

        assertThat(lines).contains("machine: 2 processors", "small, 640x480 jpeg, 70 kB per picture")
                .anyMatch(line -> line.matches(
                        "  bare loop +1 +91\\.7 \\(83\\.3 to 100\\.0\\) +10\\.50 \\(10\\.00 to 11\\.00\\) .*"))
                .contains("  warm-up: 3 rounds, until no contender got faster")
                .anyMatch(line -> line.contains("p50 12.5 ms, p99 28.0 ms (50 pictures)"))
                .anyMatch(line -> line.matches("  job : bare loop, pictures per second +1\\.00 .* at least 0\\.95 +met"))
                .anyMatch(line -> line.matches("  bare loop at parallelism 2 : 1 +2\\.00 \\(2\\.00 to 2\\.00\\)"))
                .noneMatch(line -> line.contains("ONLY"));
    }
}
