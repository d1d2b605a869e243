package io.flinkvision.job.record;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrintableTextTest {

    @ParameterizedTest
    @ValueSource(strings = {
        "\u001b[2J", "\u001b]0;title\u0007", "\u009b31m", "\u009d52;c;", "\r\n", "\b", "\t", "\u007f", "\u0000",
        "\u202e", "\u2066", "\u200b", "\ufeff", "\u2028", "\u2029", "\u061c", "\ud800", "\ue000", "\udb40\udc41"})
    void leavesNothingThatATerminalObeysOrHides(String hostile) {
        assertThat(PrintableText.escaped("a" + hostile + "b")).matches("a(\\\\u[0-9a-f]{4}|[ -~])+b");
    }

    @Test
    void leavesTextAsItIs() {
        assertThat(PrintableText.escaped("Küche 1, 台所 \ud83d\ude00!")).isEqualTo("Küche 1, 台所 \ud83d\ude00!");
    }

    @Test
    void escapesWhatAnAsciiTerminalCannotShow() {
        assertThat(PrintableText.escaped("Küche", false)).isEqualTo("K\\u00fcche");
    }

    @Test
    void keepsTheMeaningOfJson() throws Exception {
        String key = "\u009b31m\u202egate\u007f";
        String json = "{\"key\":\"" + key + "\"}";

        String escaped = PrintableText.escaped(json);

        assertThat(escaped).matches("[ -~]+");
        assertThat(new ObjectMapper().readTree(escaped).get("key").textValue()).isEqualTo(key);
    }

    @Test
    void keepsTheLinesOfATextOfSeveral() {
        assertThat(PrintableText.escapedLines("one\n\ttwo\r\n\u001b[2J")).isEqualTo("one\n\\u0009two\\u000d\n\\u001b[2J");
    }

    @Test
    void escapesNoMoreThanTheBeginningOfALongText() {
        assertThat(PrintableText.escaped("\n".repeat(5) + "x", 3)).isEqualTo("\\u000a".repeat(3));
    }
}
