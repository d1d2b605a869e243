package io.flinkvision.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Help.Ansi;

class TerminalTest {

    @Test
    void onlyATerminalHasColours() {
        assertThat(Terminal.colours(Map.of(), true)).isEqualTo(Ansi.ON);
        assertThat(Terminal.colours(Map.of(), false)).isEqualTo(Ansi.OFF);
    }

    @Test
    void theEnvironmentForbidsAndForcesColours() {
        assertThat(Terminal.colours(Map.of("NO_COLOR", ""), true)).isEqualTo(Ansi.OFF);
        assertThat(Terminal.colours(Map.of("CLICOLOR", "0"), true)).isEqualTo(Ansi.OFF);
        assertThat(Terminal.colours(Map.of("CLICOLOR_FORCE", "1"), false)).isEqualTo(Ansi.ON);
        assertThat(Terminal.colours(Map.of("CLICOLOR_FORCE", "0"), false)).isEqualTo(Ansi.OFF);
        assertThat(Terminal.colours(Map.of("CLICOLOR_FORCE", "1", "NO_COLOR", "1"), true)).isEqualTo(Ansi.OFF);
    }

    @Test
    void thereIsNoTerminalWhereTheLauncherHasFoundNone() {
        assertThat(Terminal.of(Vision.commandLine(System.out, System.err)).interactive()).isFalse();
        assertThat(Terminal.isStandardError()).isFalse();
    }
}
