package io.flinkvision.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class DownloadProgressTest {

    private static final long MIB = 1 << 20;

    private final StringWriter err = new StringWriter();
    private Instant now = Instant.parse("2026-03-01T12:00:00Z");

    @Test
    void printsALineEverySoOftenWhereThereIsNoTerminal() {
        DownloadProgress progress = progress(false);
        progress.started(OptionalLong.of(40 * MIB));
        for (int second = 1; second <= 20; second++) {
            now = now.plusSeconds(1);
            progress.advanced(second * MIB);
        }

        assertThat(err.toString().lines()).containsExactly(
                "  10.0 MiB of 40.0 MiB, 1.0 MiB/s, 30 s left",
                "  20.0 MiB of 40.0 MiB, 1.0 MiB/s, 20 s left");
    }

    @Test
    void drawsABarOverItselfOnATerminal() {
        DownloadProgress progress = progress(true);
        progress.started(OptionalLong.of(300 * MIB));
        now = now.plusSeconds(1);
        progress.advanced(2 * MIB);
        now = now.plus(Duration.ofMillis(1));
        progress.advanced(3 * MIB);
        now = now.plusSeconds(99);
        progress.advanced(100 * MIB);
        progress.finished();

        assertThat(err.toString()).isEqualToNormalizingNewlines(
                "\r\033[K  [..............................] 2.0 MiB of 300.0 MiB, 2.0 MiB/s, 2 min 29 s left"
                        + "\r\033[K  [##########....................] 100.0 MiB of 300.0 MiB, 1023 KiB/s,"
                        + " 3 min 20 s left"
                        + "\r\033[K  100.0 MiB downloaded, checksum verified\n");
    }

    @Test
    void countsTheRateOfTheLastAttemptAlone() {
        DownloadProgress progress = progress(false);
        progress.started(OptionalLong.empty());
        progress.advanced(20 * MIB);
        progress.started(OptionalLong.empty());
        now = now.plusSeconds(10);
        progress.advanced(5 * MIB);

        assertThat(err.toString().lines()).containsExactly("  5.0 MiB, 512 KiB/s");
    }

    @Test
    void tellsWhyItWaits() {
        progress(false).waiting("weights.example answered 503", Duration.ofSeconds(4));

        assertThat(err.toString().lines())
                .containsExactly("  weights.example answered 503; retrying in 4 s");
    }

    private DownloadProgress progress(boolean terminal) {
        return new DownloadProgress(new PrintWriter(err), terminal, () -> now);
    }
}
