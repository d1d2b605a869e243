package io.flinkvision.tools.wall;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MinuteHistoryTest {

    private final MinuteHistory minute = new MinuteHistory();

    @Test
    void keepsTheLastLabelOfEachSecond() {
        minute.add(100, "food");
        minute.add(102, "other");
        minute.add(102, "report");

        assertThat(minute.labels(102)).hasSize(60).endsWith("", "food", "", "report");
    }

    @Test
    void forgetsWhatIsOlderThanAMinute() {
        minute.add(100, "food");

        assertThat(minute.labels(159)).startsWith("food");
        assertThat(minute.labels(160)).containsOnly("");
    }

    @Test
    void takesNoRecordThatIsAMinuteLate() {
        minute.add(160, "food");
        minute.add(100, "other");

        assertThat(minute.labels(160)).endsWith("food").doesNotContain("other");
    }

    @Test
    void givesTheRateOfTheTenWholeSecondsBefore() {
        for (int second = 100; second < 120; second++) {
            minute.add(second, "food");
            minute.add(second, "food");
        }

        assertThat(minute.rate(120)).isEqualTo(2);
        assertThat(minute.rate(125)).isEqualTo(1);
        assertThat(minute.rate(130)).isZero();
    }
}
