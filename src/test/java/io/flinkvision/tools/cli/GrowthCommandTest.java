package io.flinkvision.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.tools.bench.SampleGrowth;
import java.util.List;
import org.junit.jupiter.api.Test;

class GrowthCommandTest {

    @Test
    void showsEachPointWithItsSpreadAndOfParallelismWhatItAdds() {
        List<String> lines = GrowthCommand.lines(SampleGrowth.complete());

        assertThat(lines).contains("machine: 2 processors")
                .anyMatch(line -> line.matches(
                        "  2 +140\\.0 \\(140\\.0 to 160\\.0\\) +11\\.00 \\(11\\.00 to 11\\.00\\)"
                                + " +0\\.80 \\(0\\.70 to 1\\.00\\) +0\\.70 \\(0\\.70 to 0\\.80\\)"))
                .anyMatch(line -> line.matches("  10,000 +98\\.0 .* +11\\.00 \\(11\\.00 to 11\\.00\\)"))
                .contains("  warm-up: 3 rounds, until no contender got faster")
                .noneMatch(line -> line.contains("ONLY"));
    }
}
