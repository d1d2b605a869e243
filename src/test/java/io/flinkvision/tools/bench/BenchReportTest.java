package io.flinkvision.tools.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flinkvision.tools.ToolException;
import io.flinkvision.tools.bench.BenchReport.Bound;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchReportTest {

    @TempDir
    private Path folder;

    private static BenchReport.Ratio ratio(BenchReport report, String name) {
        return report.ratios().stream().filter(it -> it.name().startsWith(name)).findFirst().orElseThrow();
    }

    @Test
    void eachRatioIsThatOfTheRoundsThatWereRunOneAfterTheOther() {
        // The first pair is 5 : 10 pictures per second, the second 20 : 20; the medians would give 12.5 : 15.
        BenchReport report = new BenchReport(Map.of(), 2, 5, List.of(
                SampleReport.row(Row.BARE_LOOP, 1,
                        SampleReport.round(10, 1, 1, 0), SampleReport.round(10, 0.5, 1, 0)),
                SampleReport.row(Row.JOB, 1,
                        SampleReport.round(10, 2, 1, 0), SampleReport.round(10, 0.5, 1, 0))));

        assertThat(ratio(report, "job : bare loop, pictures").value()).isEqualTo(new Spread(0.75, 0.5, 1));
    }

    @Test
    void eachTargetIsHeldAgainstWhatWasMeasured() {
        BenchReport report = SampleReport.complete();

        assertThat(report.ratios()).hasSize(5);
        assertThat(ratio(report, "job : bare loop, pictures").isMet()).isTrue();
        assertThat(ratio(report, "job : bare loop, CPU").value().median()).isEqualTo(1.06, within(0.001));
        assertThat(ratio(report, "job : bare loop, CPU").isMet()).isFalse();
        assertThat(ratio(report, "job at parallelism 2").value().median()).isEqualTo(2, within(0.001));
        assertThat(ratio(report, "job at parallelism 2").isMet()).isTrue();
        assertThat(ratio(report, "job : consumer loop").isMet()).isFalse();
        assertThat(ratio(report, "job's p99").isMet()).isTrue();
    }

    @Test
    void theBrokerTakesNothingFromAJobThatHasFewerThreadsThanTheMachineHasProcessors() {
        Round round = SampleReport.round(100, 1, 1, 0.5);

        assertThat(round.rateWithoutBroker(1, 2)).isEqualTo(100);
        assertThat(round.rateWithoutBroker(2, 4)).isEqualTo(100);
    }

    @Test
    void theBrokerAndTheReaderTakeTheirShareFromAJobThatWouldHaveAllProcessors() {
        Round round = new Round(100, 100, 1, 1, 0.3, 0.1, 0, OptionalLong.empty());

        assertThat(round.rateWithoutBroker(2, 2)).isEqualTo(125, within(1e-9));
    }

    @Test
    void theLatencyIsHeldAgainstThreeBareLoopsAndTheLinger() {
        BenchReport.Ratio ratio = ratio(SampleReport.complete(), "job's p99");

        assertThat(ratio.value().max()).isEqualTo(28 / (3 * 10 + 5.0), within(1e-9));
        assertThat(ratio.value().min()).isEqualTo(28 / (3 * 12 + 5.0), within(1e-9));
    }

    @Test
    void aTargetIsMetByTheMedianOnItsSide() {
        Spread one = new Spread(1, 0.5, 2);

        assertThat(new BenchReport.Ratio("m", "p", "n", one, Bound.AT_LEAST, 1).isMet()).isTrue();
        assertThat(new BenchReport.Ratio("m", "p", "n", one, Bound.AT_LEAST, 1.01).isMet()).isFalse();
        assertThat(new BenchReport.Ratio("m", "p", "n", one, Bound.AT_MOST, 1).isMet()).isTrue();
        assertThat(new BenchReport.Ratio("m", "p", "n", one, Bound.AT_MOST, 0.99).isMet()).isFalse();
    }

    @Test
    void withoutARowThereIsNoRatioOfIt() {
        BenchReport report = new BenchReport(Map.of(), 2, 5,
                List.of(SampleReport.row(Row.JOB, 1, SampleReport.round(10, 1, 1, 0))));

        assertThat(report.ratios()).isEmpty();
    }

    @Test
    void aPictureWithoutLabelsIsNotOverlooked() {
        BenchReport report = SampleReport.complete();

        assertThat(report.isEverythingLabelled()).isTrue();
        assertThat(report.with(List.of(SampleReport.row("elsewhere", 1, SampleReport.incomplete())))
                .isEverythingLabelled()).isFalse();
    }

    @Test
    void aRoundOfNothingIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> SampleReport.round(0, 1, 1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> SampleReport.round(1, 0, 1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> SampleReport.row("none", 1));
    }

    @Test
    void aReportThatIsWrittenAndReadIsTheSame() throws IOException {
        Path file = folder.resolve("report.json");
        BenchReport report = SampleReport.complete()
                .with(List.of(SampleReport.row("elsewhere", 1, SampleReport.incomplete())));

        report.write(file);

        assertThat(BenchReport.read(file)).isEqualTo(report);
    }

    @Test
    void theJsonHasTheRatiosToo() throws IOException {
        Path file = folder.resolve("report.json");

        SampleReport.complete().write(file);

        JsonNode ratios = new ObjectMapper().readTree(file.toFile()).get("ratios");
        assertThat(ratios).hasSize(5);
        assertThat(ratios.get(0).get("bound").asText()).isEqualTo("at least");
        assertThat(ratios.get(0).get("met").asBoolean()).isTrue();
    }

    @Test
    void whatIsNoReportIsRefusedByItsName() throws IOException {
        Path text = Files.writeString(folder.resolve("text.json"), "figures");
        Path other = Files.writeString(folder.resolve("other.json"), "{\"rows\": [{}]}");

        assertThatThrownBy(() -> BenchReport.read(text)).isInstanceOf(ToolException.class)
                .hasMessageContaining("text.json is not JSON");
        assertThatThrownBy(() -> BenchReport.read(other)).isInstanceOf(ToolException.class)
                .hasMessageContaining("other.json is not a report");
    }
}
