package io.flinkvision.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkvision.tools.bench.BenchReport;
import io.flinkvision.tools.bench.Row;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchCommandITCase {

    @TempDir
    private Path folder;

    @Test
    void measuresEachWayAndAnswersEachPictureAndReckonsAllRatios() throws IOException {
        Path json = folder.resolve("bench.json");
        Path svg = folder.resolve("bench.svg");

        CommandRun run = CommandRun.of("bench", "--rounds", "1", "--pictures", "6", "--warm-up", "2",
                "--sizes", "64x48", "--json", json.toString(), "--svg", svg.toString());

        assertThat(run.exitCode()).as(run.err()).isZero();
        BenchReport report = BenchReport.read(json);
        for (String set : new String[] {"64x48 jpeg", "64x48 png"}) {
            assertThat(report.rows()).filteredOn(row -> row.pictures().equals(set))
                    .extracting(row -> row.way() + " " + row.parallelism())
                    .containsExactly(Row.BARE_LOOP + " 1", Row.BARE_LOOP + " 2", Row.DECODE + " 1", Row.PREPROCESS + " 1",
                            Row.INFER + " 1", Row.JOB + " 1", Row.JOB + " 2", Row.CONSUMER_LOOP + " 1");
            assertThat(report.ratios()).filteredOn(ratio -> ratio.pictures().equals(set))
                    .extracting(BenchReport.Ratio::name).hasSize(7).doesNotHaveDuplicates();
        }
        assertThat(report.rows()).allMatch(row -> row.isEverythingLabelled()
                && row.rounds().stream().allMatch(round -> round.pictures() == 6));
        assertThat(report.rows()).allMatch(row -> row.warmUp().orElseThrow().rounds() == 2);
        assertThat(report.rows()).filteredOn(row -> row.latency().isPresent())
                .allMatch(row -> row.way().equals(Row.JOB) && row.latency().orElseThrow().pictures() == 6);
        assertThat(run.out()).contains("consumer loop").contains("job : bare loop, pictures per second");
        assertThat(run.err()).contains("warming up the job at parallelism 2 with 40 small pictures")
                .contains("unreported round 2 of at most 2, 6 pictures each")
                .contains("round 1 of 1, 6 pictures each");
        assertThat(svg).isNotEmptyFile();
    }

    @Test
    void wrongUseIsSaidBeforeAnythingIsStarted() {
        assertThat(CommandRun.of("bench", "--images", "none").exitCode()).isEqualTo(2);
        assertThat(CommandRun.of("bench", "--sizes", "640").exitCode()).isEqualTo(2);
        assertThat(CommandRun.of("bench", "--rounds", "0").exitCode()).isEqualTo(2);
        assertThat(CommandRun.of("bench", "--as-they-are", "--sizes", "64x48").exitCode()).isEqualTo(2);
    }
}
