package io.flinkvision.job.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TickCountTest {

    @ParameterizedTest
    @ValueSource(longs = {1, 10, 1_000, 60_000, 3_600_000})
    void aNoteIsOverAfterAllTicksOfTheDeadlineAndNotBefore(long millis) {
        Duration deadline = Duration.ofMillis(millis);
        TickCount ticks = new TickCount(deadline);
        long needed = 1;
        while (!ticks.isOver(7)) {
            needed++;
        }

        // The first tick only finds the note: it may have come just then, or a whole tick ago.
        assertThat(ticks.tick().multipliedBy(needed - 1)).isGreaterThanOrEqualTo(deadline);
        assertThat(ticks.tick().multipliedBy(needed - 3)).isLessThan(deadline);
        assertThat(ticks.tick()).isLessThanOrEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void anotherNoteBeginsAnew() {
        TickCount ticks = new TickCount(Duration.ofSeconds(2));

        assertThat(IntStream.range(1, 1_000).filter(tick -> ticks.isOver(tick / 10))).isEmpty();
    }

    @Test
    void noNoteIsNeverOver() {
        TickCount ticks = new TickCount(Duration.ofSeconds(2));

        assertThat(IntStream.range(0, 1_000).filter(tick -> ticks.isOver(0) || ticks.isOver(0))).isEmpty();
        assertThat(IntStream.range(0, 1_000).filter(tick -> ticks.isOver(-3))).isEmpty();
    }

    @Test
    void refusesNoDeadline() {
        assertThatIllegalArgumentException().isThrownBy(() -> new TickCount(Duration.ZERO));
    }
}
