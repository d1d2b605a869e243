package io.flinkvision.tools.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.flinkvision.tools.bench.Ratio.Bound;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class BenchReportTest {

    private static Ratio ratio(BenchReport report, String name) {
        return report.ratios().stream().filter(it -> it.name().startsWith(name)).findFirst().orElseThrow();
    }

    @Test
    void eachRatioIsThatOfTheRoundsThatWereRunOneAfterTheOther() {
        // The first pair is 5 : 10 pictures a second, the second 20 : 20; the medians would give 12.5 : 15.
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
        assertThat(ratio(report, "job : bare loop, pictures").met()).isTrue();
        assertThat(ratio(report, "job : bare loop, processor").value().median()).isEqualTo(1.06, within(0.001));
        assertThat(ratio(report, "job : bare loop, processor").met()).isFalse();
        assertThat(ratio(report, "job at parallelism 2").value().median()).isEqualTo(2, within(0.001));
        assertThat(ratio(report, "job at parallelism 2").met()).isTrue();
        assertThat(ratio(report, "job : consumer loop").met()).isFalse();
        assertThat(ratio(report, "job's p99").met()).isTrue();
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
        Ratio ratio = ratio(SampleReport.complete(), "job's p99");

        assertThat(ratio.value().most()).isEqualTo(28 / (3 * 10 + 5.0), within(1e-9));
        assertThat(ratio.value().least()).isEqualTo(28 / (3 * 12 + 5.0), within(1e-9));
    }

    @Test
    void aTargetIsMetByTheMedianOnItsSide() {
        Spread one = new Spread(1, 0.5, 2);

        assertThat(new Ratio("m", "p", "n", one, Bound.AT_LEAST, 1).met()).isTrue();
        assertThat(new Ratio("m", "p", "n", one, Bound.AT_LEAST, 1.01).met()).isFalse();
        assertThat(new Ratio("m", "p", "n", one, Bound.AT_MOST, 1).met()).isTrue();
        assertThat(new Ratio("m", "p", "n", one, Bound.AT_MOST, 0.99).met()).isFalse();
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

        assertThat(report.everythingLabelled()).isTrue();
        assertThat(report.with(List.of(SampleReport.row("elsewhere", 1, SampleReport.incomplete())))
                .everythingLabelled()).isFalse();
    }

    @Test
    void aRoundOfNothingIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> SampleReport.round(0, 1, 1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> SampleReport.round(1, 0, 1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> SampleReport.row("none", 1));
    }
}
