package io.flinkvision.tools.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StartPositionTest {

    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    private static final ZoneId ZONE = ZoneId.of("Europe/Berlin");

    @ParameterizedTest
    @CsvSource({
        "10m, 2026-01-01T11:50:00Z", "10 min, 2026-01-01T11:50:00Z", "1h, 2026-01-01T11:00:00Z",
        "2d, 2025-12-30T12:00:00Z", "30s, 2026-01-01T11:59:30Z", "2026-01-01T10:00:00Z, 2026-01-01T10:00:00Z",
        "2026-01-01T10:00:00+02:00, 2026-01-01T08:00:00Z", "2026-01-01T10:00:00, 2026-01-01T09:00:00Z"})
    void readsTimes(String text, Instant time) {
        assertThat(StartPosition.parse(text, NOW, ZONE)).isEqualTo(new StartPosition.Since(time));
    }

    @Test
    void readsTheTwoEnds() {
        assertThat(StartPosition.parse("beginning", NOW, ZONE)).isEqualTo(new StartPosition.Beginning());
        assertThat(StartPosition.parse("now", NOW, ZONE)).isEqualTo(new StartPosition.End());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10", "ten minutes", "-1h", "2026-13-01T10:00:00Z", "+999999999-01-01T00:00:00Z"})
    void refusesWhatIsNoTime(String text) {
        assertThatThrownBy(() -> StartPosition.parse(text, NOW, ZONE))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("10m");
    }
}
