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

    private static boolean isMet(BenchReport.Ratio ratio) {
        return ratio.target().orElseThrow().isMetBy(ratio.value());
    }

    @Test
    void eachTargetIsHeldAgainstWhatWasMeasured() {
        BenchReport report = SampleReport.complete();

        assertThat(report.ratios()).hasSize(7);
        assertThat(isMet(ratio(report, "job : bare loop, pictures"))).isTrue();
        assertThat(ratio(report, "job : bare loop, CPU").value().median()).isEqualTo(1.06, within(0.001));
        assertThat(isMet(ratio(report, "job : bare loop, CPU"))).isFalse();
        assertThat(isMet(ratio(report, "job : consumer loop"))).isFalse();
        assertThat(isMet(ratio(report, "job's p99"))).isTrue();
    }

    @Test
    void theJobOnTwoSlotsIsHeldAgainstTheBareLoopOnTwoThreads() {
        // Both take the broker's 0.2 s from two processors: 100 pictures in 0.5 s and in 0.6 s.
        BenchReport report = SampleReport.complete();

        BenchReport.Ratio ratio = ratio(report, "job : bare loop, both at parallelism 2");
        assertThat(ratio.value()).isEqualTo(new Spread(1, 1, 1));
        assertThat(ratio.target()).contains(new BenchReport.Target(Bound.AT_LEAST, 0.95));
    }

    @Test
    void whatTheMachineGivesToASecondThreadHasNoTarget() {
        BenchReport report = SampleReport.complete();

        BenchReport.Ratio loop = ratio(report, "bare loop at parallelism 2 : 1");
        assertThat(loop.value().median()).isEqualTo(2, within(0.001));
        assertThat(loop.target()).isEmpty();
        BenchReport.Ratio job = ratio(report, "job at parallelism 2 : 1");
        assertThat(job.value().median()).isEqualTo(2, within(0.001));
        assertThat(job.target()).isEmpty();
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

        assertThat(new BenchReport.Target(Bound.AT_LEAST, 1).isMetBy(one)).isTrue();
        assertThat(new BenchReport.Target(Bound.AT_LEAST, 1.01).isMetBy(one)).isFalse();
        assertThat(new BenchReport.Target(Bound.AT_MOST, 1).isMetBy(one)).isTrue();
        assertThat(new BenchReport.Target(Bound.AT_MOST, 0.99).isMetBy(one)).isFalse();
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
                .with(List.of(SampleReport.row("elsewhere", 1, new WarmUp(7, List.of("it was faster")),
                        SampleReport.incomplete())));

        report.write(file);

        assertThat(BenchReport.read(file)).isEqualTo(report);
    }

    @Test
    void aRowFromElsewhereNeedsNoWarmUp() throws IOException {
        Path file = Files.writeString(folder.resolve("other.json"), """
                {"environment": {}, "processors": 2, "lingerMillis": 5,
                 "rows": [{"model": "triage", "pictures": "640x480 jpeg", "pictureBytes": 74000,
                           "way": "another library", "parallelism": 1,
                           "rounds": [{"pictures": 100, "labelled": 100, "seconds": 1.2, "processorSeconds": 1.1}]}]}
                """);

        assertThat(BenchReport.read(file).rows()).singleElement().satisfies(row -> {
            assertThat(row.warmUp()).isEmpty();
            assertThat(row.rate().median()).isEqualTo(83.3, within(0.1));
        });
    }

    @Test
    void theJsonHasTheRatiosToo() throws IOException {
        Path file = folder.resolve("report.json");

        SampleReport.complete().write(file);

        JsonNode ratios = new ObjectMapper().readTree(file.toFile()).get("ratios");
        assertThat(ratios).hasSize(7);
        assertThat(ratios.get(0).get("bound").asText()).isEqualTo("at least");
        assertThat(ratios.get(0).get("met").asBoolean()).isTrue();
        assertThat(ratios).filteredOn(ratio -> !ratio.has("met")).extracting(ratio -> ratio.get("name").asText())
                .containsExactly("bare loop at parallelism 2 : 1", "job at parallelism 2 : 1, without the broker");
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
