package io.flinkvision.tools.watch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TerminalTextTest {

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
