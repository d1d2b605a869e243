package io.flinkvision.watch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TerminalTextTest {

    @ParameterizedTest
    @ValueSource(strings = {
        "\u001b[2J", "\u001b]0;title\u0007", "\u009b31m", "\u009d52;c;", "\r\n", "\b", "\t", "\u007f", "\u0000",
        "\u202e", "\u2066", "\u200b", "\ufeff", "\u2028", "\u2029", "\u061c", "\ud800", "\ue000", "\udb40\udc41"})
    void leavesNothingThatATerminalObeysOrHides(String hostile) {
        assertThat(TerminalText.escaped("a" + hostile + "b")).matches("a(\\\\u[0-9a-f]{4}|[ -~])+b");
    }

    @Test
    void leavesTextAsItIs() {
        assertThat(TerminalText.escaped("Küche 1, 台所 \ud83d\ude00!")).isEqualTo("Küche 1, 台所 \ud83d\ude00!");
    }

    @Test
    void escapesWhatAnAsciiTerminalCannotShow() {
        assertThat(TerminalText.escaped("Küche", false)).isEqualTo("K\\u00fcche");
    }

    @Test
    void keepsTheMeaningOfJson() throws Exception {
        String key = "\u009b31m\u202egate\u007f";
        String json = "{\"key\":\"" + key + "\"}";

        String escaped = TerminalText.escaped(json);

        assertThat(escaped).matches("[ -~]+");
        assertThat(new ObjectMapper().readTree(escaped).get("key").textValue()).isEqualTo(key);
    }

    @ParameterizedTest
    @CsvSource({"gate, 4", "台所, 4", "e\u0301, 1", "\ud83d\ude00, 2", "'', 0"})
    void knowsHowManyColumnsTextTakes(String text, int columns) {
        assertThat(TerminalText.columns(text)).isEqualTo(columns);
    }

    @Test
    void cutsTextToItsColumns() {
        assertThat(TerminalText.cut("camera", 6, true)).isEqualTo("camera");
        assertThat(TerminalText.cut("camera", 5, true)).isEqualTo("came…");
        assertThat(TerminalText.cut("台所台所", 6, false)).isEqualTo("台所~");
        assertThat(TerminalText.cut("camera", 0, true)).isEmpty();
        assertThat(TerminalText.fitted("a", 3, true)).isEqualTo("a  ");
    }
}
