package io.flinkvision.tools.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LabelLinesTest {

    private static final Instant NOW = Instant.parse("2026-01-01T12:00:02.123Z");

    @Test
    void showsCameraTimeAgeAndLabelsWithBars() {
        assertThat(line(100, true, SampleOutput.json(1))).isEqualTo(
                "gate              12:00:00   2.0 s ago  ██████   food 75.0 %  █▋       other 20.0 %");
    }

    @Test
    void drawsBarsOfAsciiWhereThatIsAllThereIs() {
        assertThat(line(100, false, SampleOutput.json(1))).isEqualTo(
                "gate              12:00:00   2.0 s ago  ######.. food 75.0 %  ##...... other 20.0 %");
    }

    @Test
    void leavesOutLabelsThatDoNotFit() {
        assertThat(line(70, false, SampleOutput.json(1)))
                .isEqualTo("gate              12:00:00   2.0 s ago  ######.. food 75.0 %");
    }

    @Test
    void marksLabelsThatWereTakenOver() {
        String json = SampleOutput.reused(1);

        assertThat(line(80, false, json))
                .isEqualTo("gate              12:00:00   2.0 s ago  ######.. food 75.0 %  (reused)");
        assertThat(line(60, false, json)).isEqualTo("gate              12:00:00   2.0 s ago  ######.. food 75.0 %");
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 40, 41, 50, 60, 80, 200})
    void neverExceedsTheWidth(int width) {
        String json = SampleOutput.json(1, "台所".repeat(20), "x".repeat(300), 0.5);

        assertThat(TerminalText.columns(line(width, true, json))).isLessThanOrEqualTo(width);
        assertThat(TerminalText.columns(line(width, false, json))).isLessThanOrEqualTo(width);
        assertThat(TerminalText.columns(line(width, true, "no json"))).isLessThanOrEqualTo(width);
        assertThat(TerminalText.columns(line(width, true, SampleOutput.reused(1)))).isLessThanOrEqualTo(width);
    }

    @Test
    void escapesWhatKafkaHoldsOfControlCharacters() {
        String json = SampleOutput.json(1, "\\u001b[2J", "\\u202efood", 0.5);

        assertThat(line(200, true, json)).contains("\\u001b[2J").contains("\\u202efood")
                .matches("[^\\p{Cntrl}\\p{Cf}]+");
        assertThat(new LabelLines(new LineStyle(200, true, false), ZoneOffset.UTC)
                .line(OutputRecord.of(SampleOutput.record("\u001b]0;x\u0007", "\u001b[31m")), NOW))
                .contains("malformed").matches("[^\\p{Cntrl}\\p{Cf}]+");
    }

    @Test
    void coloursOnlyWhereItMay() {
        OutputRecord record = OutputRecord.of(SampleOutput.record("gate", SampleOutput.json(1)));

        assertThat(new LabelLines(new LineStyle(100, true, true), ZoneOffset.UTC).line(record, NOW))
                .contains("\u001b[32m██████  \u001b[0m \u001b[1mfood 75.0 %\u001b[0m");
        assertThat(line(100, true, SampleOutput.json(1))).doesNotContain("\u001b");
    }

    @ParameterizedTest
    @CsvSource({"PT0.25S, 0.3 s ago", "PT-2S, -2.0 s ago", "PT5M59S, 5 min ago", "PT23H, 23 h ago", "P400D, 400 d ago"})
    void countsTheAgeInTheUnitThatSuitsIt(Duration age, String text) {
        assertThat(LabelLines.age(age)).isEqualTo(text);
    }

    @Test
    void printsJsonAsItIsOnOneLine() {
        String json = SampleOutput.json(1);

        assertThat(JsonLines.of(OutputRecord.of(SampleOutput.record("gate", json)))).isEqualTo(json);
        assertThat(JsonLines.of(OutputRecord.of(SampleOutput.record("gate", json.replace("\"id\"", "\r\n\t\"id\"")))))
                .isEqualTo(json.replace("\"id\"", "   \"id\""));
        assertThat(JsonLines.of(OutputRecord.of(SampleOutput.record("\u001b", "no json")))).startsWith(
                "{\"malformed\":{\"at\":{\"topic\":\"labels\",\"partition\":0,\"offset\":7},\"key\":\"\\u001B\",");
    }

    private static String line(int width, boolean unicode, String json) {
        return new LabelLines(new LineStyle(width, unicode, false), ZoneOffset.UTC)
                .line(OutputRecord.of(SampleOutput.record("gate", json)), NOW);
    }
}
