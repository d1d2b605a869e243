package io.flinkvision.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class PictureProgressTest {

    private final StringWriter err = new StringWriter();
    private Instant now = Instant.parse("2026-03-01T12:00:00Z");

    private PictureProgress progress(boolean terminal) {
        return new PictureProgress(new PrintWriter(err), terminal, 300, () -> now);
    }

    @Test
    void printsALineEveryTenSecondsWhereThereIsNoTerminal() {
        PictureProgress progress = progress(false);
        for (int second = 1; second <= 25; second++) {
            now = now.plusSeconds(1);
            progress.advanced(second * 10);
        }
        progress.finished();

        assertThat(err.toString().lines()).containsExactly("  100 of 300 pictures read", "  200 of 300 pictures read");
    }

    @Test
    void drawsABarOverItselfOnATerminalAndRemovesIt() {
        PictureProgress progress = progress(true);
        now = now.plusSeconds(1);
        progress.advanced(100);
        now = now.plus(Duration.ofMillis(1));
        progress.advanced(101);
        progress.finished();

        assertThat(err).hasToString(
                "\r\033[K  [##########....................] 100 of 300 pictures read\r\033[K");
    }
}
